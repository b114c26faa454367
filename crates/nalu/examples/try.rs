use ncpu_cells::Cells;
use ncpu_nalu::*;
use std::time::Instant;
fn main() {
    let cells = Cells::built_in().unwrap();
    for (spec, net, _) in cells.iter() {
        println!("{:14} {:?} margin {:.2}", spec.name, net.shape, net.margin());
    }
    let ops: Vec<(&str, usize, Box<dyn Fn(&mut Builder, &[Bit], &[Bit]) -> Word>)> = vec![
        ("add", 32, Box::new(|b, x, y| b.add(x, y))),
        ("and", 32, Box::new(|b, x, y| b.lut_words(table::AND, x, y))),
        ("xor", 32, Box::new(|b, x, y| b.lut_words(table::XOR, x, y))),
        ("shl", 32, Box::new(|b, x, y| b.shift_left(x, &y[..5]))),
        ("mul", 32, Box::new(|b, x, y| b.multiply(x, y, 32))),
        ("add", 64, Box::new(|b, x, y| b.add(x, y))),
        ("mul", 64, Box::new(|b, x, y| b.multiply(x, y, 64))),
        ("div", 32, Box::new(|b, x, y| b.divide(x, y).0)),
        ("div", 64, Box::new(|b, x, y| b.divide(x, y).0)),
    ];
    for (name, width, f) in &ops {
        let make = |style| {
            let mut b = Builder::new(style);
            let x = b.input(*width);
            let y = b.input(*width);
            let r = f(&mut b, &x, &y);
            b.finish(vec![r])
        };
        let (fast, small) = (make(Style::Shallow), make(Style::Small));
        let t = Instant::now();
        let mut w = WeightsSingle::new(&fast, &cells);
        let prep = t.elapsed();
        let mut out = [0u64; 1];
        let mut x = 0x1234_5678_9abc_def0_u64;
        let n = if *name == "div" { 2000 } else { 200_000 };
        let mut single = f64::MAX;
        for _ in 0..50 {
            let t = Instant::now();
            for _ in 0..n / 50 {
                w.run(&[x, x >> 7 | 1], &mut out);
                x = x.wrapping_add(out[0] | 1).rotate_left(9);
            }
            single = single.min(t.elapsed().as_nanos() as f64 / (n / 50) as f64);
        }
        let mut tb = TablesSingle::new(&fast, &cells);
        let t = Instant::now();
        for _ in 0..n / 10 {
            tb.run(&[x, x >> 7 | 1], &mut out);
            x = x.wrapping_add(out[0] | 1).rotate_left(9);
        }
        let table = t.elapsed().as_nanos() as f64 / (n / 10) as f64;
        let mut batch = WeightsBatch::new(&small, &cells);
        let xs: Vec<u64> = (0..65536u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let ys: Vec<u64> = xs.iter().map(|x| x.rotate_left(21)).collect();
        let mut zs = vec![0; 65536];
        let k = if *name == "div" { 4096 } else { 65536 };
        let mut b = f64::MAX;
        for _ in 0..20 {
            let t = Instant::now();
            batch.run(&[&xs[..k], &ys[..k]], &mut [&mut zs[..k]]);
            b = b.min(t.elapsed().as_nanos() as f64 / k as f64);
        }
        let mut bits = BitsBatch::new(&Netlist::extract(&small, &cells));
        let t = Instant::now();
        bits.run(&[&xs, &ys], &mut [&mut zs]);
        let bs = t.elapsed().as_nanos() as f64 / 65536.0;
        let t = Instant::now();
        for _ in 0..32 {
            bits.pass();
        }
        let pre = t.elapsed().as_nanos() as f64 / 65536.0;
        println!(
            "{name}{width}: cells {} depth {} prep {prep:?} | single {single:.0} ns, table {table:.0}, batch {b:.1} ({} macs), bits {bs:.2} pre-transposed {pre:.3} ({} gates)",
            fast.nodes.len(),
            fast.depth(),
            batch.macs(),
            bits.gates()
        );
    }
}
