//! The committed weights are what training gives; files that are not as they should be are refused.

#![allow(clippy::unwrap_used)]

use ncpu_elementary::{
    COS, ERROR_MAX, EXP2, Elementary, NETWORKS, TrainError, Trained, WeightError, train,
};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/nalu/elementary")
}

/// A folder of its own for a test, with the committed files.
fn copy(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for spec in NETWORKS {
        let file = format!("{}.safetensors", spec.name);
        fs::copy(committed().join(&file), folder.join(&file)).unwrap();
    }
    folder
}

#[test]
fn training_from_the_seed_gives_the_committed_bytes() {
    for spec in NETWORKS {
        let there = Trained::load(spec, &committed()).unwrap();
        let trained = train(spec, there.record.seed, &mut |_| ControlFlow::Continue(())).unwrap();
        let bytes = fs::read(committed().join(format!("{}.safetensors", spec.name))).unwrap();
        assert!(trained.to_bytes().unwrap() == bytes, "{}: {:?}", spec.name, trained.record);
    }
}

#[test]
fn other_seeds_give_other_networks_that_are_as_good() {
    let there = Trained::built_in(&COS).unwrap();
    for seed in 1..4 {
        let trained = train(&COS, seed, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(trained.net != there.net && trained.record.error <= ERROR_MAX);
    }
}

#[test]
fn a_training_can_be_interrupted() {
    let stopped = train(&EXP2, 0, &mut |_| ControlFlow::Break(()));
    assert_eq!(stopped, Err(TrainError::Interrupted));
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = copy("elementary-saved");
    let cos = Trained::built_in(&COS).unwrap();
    let path = cos.save(&folder).unwrap();
    assert_eq!(Trained::load(&COS, &folder).unwrap(), cos);
    assert_eq!(fs::read(path).unwrap(), fs::read(committed().join("cos.safetensors")).unwrap());
    assert!(Elementary::load(&folder).is_ok());
}

/// The refusal of a folder in which `change` was done to the bytes of cos.
fn refusal(name: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> WeightError {
    let folder = copy(name);
    let path = folder.join("cos.safetensors");
    match change(fs::read(&path).unwrap()) {
        Some(bytes) => fs::write(&path, bytes).unwrap(),
        None => fs::remove_file(&path).unwrap(),
    }
    let refused = Elementary::load(&folder).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("cos.safetensors") && text.contains("`ncpu nalu train`"), "{text}");
    refused
}

#[test]
fn a_missing_file_is_refused() {
    assert!(matches!(refusal("elementary-missing", |_| None), WeightError::Io(..)));
}

#[test]
fn a_short_file_is_refused() {
    let refused = refusal("elementary-short", |bytes| Some(bytes[..bytes.len() - 9].to_vec()));
    assert!(matches!(refused, WeightError::Format(..)), "{refused}");
    let refused = refusal("elementary-empty", |_| Some(Vec::new()));
    assert!(matches!(refused, WeightError::Format(..)), "{refused}");
}

#[test]
fn a_file_of_another_network_is_refused() {
    let exp2 = fs::read(committed().join("exp2.safetensors")).unwrap();
    let refused = refusal("elementary-other", |_| Some(exp2.clone()));
    assert!(matches!(refused, WeightError::Format(..)), "{refused}");
}

#[test]
fn an_altered_weight_is_refused() {
    let refused = refusal("elementary-altered", |mut bytes| {
        *bytes.last_mut().unwrap() ^= 1;
        Some(bytes)
    });
    assert!(matches!(refused, WeightError::Altered(..)), "{refused}");
}

#[test]
fn wrong_weights_with_a_right_digest_are_refused() {
    for factor in [1.0 + 1e-6, 0.0, f64::NAN, f64::INFINITY] {
        let folder = copy("elementary-wrong");
        let mut cos = Trained::built_in(&COS).unwrap();
        cos.net.blocks[0].w2[0] *= factor;
        cos.net.b2 *= factor;
        cos.save(&folder).unwrap();
        let refused = Elementary::load(&folder).unwrap_err();
        assert!(matches!(refused, WeightError::Wrong(..)), "{factor}: {refused}");
    }
}
