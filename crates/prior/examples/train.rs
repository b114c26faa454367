//! Trains the model from a seed and writes its file.
//!
//! `cargo run --release -p ncpu-prior --example train -- [--seed N] [--samples N] [--epochs N] [--out FILE]`

use ncpu_prior::{Model, Random, loss, samples, train};
use std::time::Instant;

const HELD_OUT: usize = 20_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut seed, mut count, mut epochs) = (1, 300_000, 24);
    let mut out = "models/prior/bits.safetensors".to_owned();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let value = args.next().ok_or(format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--seed" => seed = value.parse()?,
            "--samples" => count = value.parse()?,
            "--epochs" => epochs = value.parse()?,
            "--out" => out = value,
            _ => return Err(format!("unknown option {arg}").into()),
        }
    }
    let started = Instant::now();
    let mut random = Random::new(seed);
    let mut training = samples(count + HELD_OUT, &mut random);
    let held = training.split_off(count);
    println!("{count} programs drawn in {:.1} s", started.elapsed().as_secs_f32());
    let mut report = |epoch: usize, model: &Model| {
        let loss = loss(model, &held);
        println!(
            "epoch {epoch:2}  {:.4} bits a program held out (base rates {:.4})  {:.1} s",
            loss.model,
            loss.base,
            started.elapsed().as_secs_f32()
        );
    };
    let model = train(&training, epochs, &mut random, &mut report);
    let loss = loss(&model, &held);
    let notes = vec![
        ("seed", seed.to_string()),
        ("samples", count.to_string()),
        ("epochs", epochs.to_string()),
        ("held_out_loss_bits", format!("{:.4}", loss.model)),
        ("base_rate_loss_bits", format!("{:.4}", loss.base)),
    ];
    let bytes = model.to_bytes(&notes)?;
    Model::from_bytes(&out, &bytes)?;
    std::fs::write(&out, &bytes)?;
    println!("{out}: {} bytes", bytes.len());
    Ok(())
}
