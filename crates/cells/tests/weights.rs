//! The committed weights, and what is refused.

#![allow(clippy::unwrap_used)]

use ncpu_cells::{
    CORE, CellError, Cells, FULL_ADDER, MUX, Net, Record, Shape, Spec, TrainError, ZERO, retrain,
    train,
};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/nalu")
}

/// A folder of its own for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn built_in_cells_are_exact_and_every_parameter_matters() {
    let cells = Cells::built_in().unwrap();
    assert_eq!(cells.iter().count(), CORE.len());
    for (spec, net, _) in cells.iter() {
        assert_eq!(net.table(), spec.table(), "{spec:?}");
        assert!(net.fits_16_bits() && net.margin() >= 0.5, "{spec:?}: {}", net.margin());
        assert_eq!(net.idle(), [], "{spec:?}");
    }
}

/// Moving any parameter of any cell by its slack is noticed, and one step less alters nothing.
#[test]
fn a_parameter_past_its_slack_is_noticed() {
    for (spec, net, _) in Cells::built_in().unwrap().iter() {
        for parameter in net.parameters() {
            let slack = net.slack(parameter).unwrap();
            let past = net.moved(parameter, slack);
            assert!(past.first_wrong(spec).is_some(), "{spec:?} {parameter} {slack}");
            let within = slack.abs() - 1;
            for steps in [-within, within] {
                let near = net.moved(parameter, steps);
                assert_eq!(near.first_wrong(spec), None, "{spec:?} {parameter} {steps}");
            }
        }
    }
}

#[test]
fn committed_weights_are_what_training_gives() {
    let folder = folder("retrained");
    for (spec, net, record) in Cells::built_in().unwrap().iter() {
        let again = retrain(spec, record).unwrap();
        assert_eq!(again, *net, "{spec:?}");
        let path = Cells::save(&folder, spec, &again, record).unwrap();
        let committed = models().join(path.file_name().unwrap());
        assert_eq!(fs::read(&path).unwrap(), fs::read(committed).unwrap(), "{spec:?}");
    }
}

#[test]
fn a_seed_gives_the_same_bytes() {
    let folders = [folder("first"), folder("second")];
    for spec in [&MUX, &FULL_ADDER, &ZERO] {
        let [first, second] = folders.each_ref().map(|folder| {
            let done = train(spec, 7, &mut |_| ControlFlow::Continue(())).unwrap();
            assert_eq!(retrain(spec, &done.record).as_ref(), Some(&done.net));
            fs::read(Cells::save(folder, spec, &done.net, &done.record).unwrap()).unwrap()
        });
        assert_eq!(first, second, "{spec:?}");
    }
}

/// What loading the mux from a file of these bytes says.
fn refusal(folder: &Path, bytes: &[u8]) -> CellError {
    fs::write(folder.join("mux.safetensors"), bytes).unwrap();
    let error = Cells::load(&[&MUX], folder).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("mux.safetensors") && text.contains("ncpu nalu train"), "{text}");
    error
}

/// A file of the mux with another network, as if that had been trained.
fn written(folder: &Path, change: impl Fn(&mut Net)) -> Vec<u8> {
    let cells = Cells::built_in_of(&[&MUX]).unwrap();
    let (_, net, record) = cells.iter().next().unwrap();
    let mut net = net.clone();
    change(&mut net);
    fs::read(Cells::save(folder, &MUX, &net, record).unwrap()).unwrap()
}

/// The file with its last parameter replaced.
fn last(mut bytes: Vec<u8>, value: f32) -> Vec<u8> {
    let at = bytes.len() - 4;
    bytes[at..].copy_from_slice(&value.to_le_bytes());
    bytes
}

#[test]
fn what_is_no_trained_cell_is_refused() {
    let folder = folder("refused");
    let missing = Cells::load(&[&MUX], &folder).unwrap_err();
    assert!(matches!(missing, CellError::Io(..)), "{missing}");
    assert!(missing.to_string().contains("mux.safetensors"), "{missing}");

    let good = written(&folder, |_| ());
    assert!(Cells::load(&[&MUX], &folder).is_ok());
    for length in 0..good.len() {
        assert!(matches!(refusal(&folder, &good[..length]), CellError::Format(..)));
    }
    for value in [0.03, 128.0, f32::NAN, f32::INFINITY] {
        assert!(matches!(refusal(&folder, &last(good.clone(), value)), CellError::OffGrid(..)));
    }
    assert!(matches!(refusal(&folder, &last(good, 7.5)), CellError::Altered(..)));
    let wrong = written(&folder, |net| net.b2[0] = 2000);
    assert!(matches!(refusal(&folder, &wrong), CellError::Wrong(..)));
    let zeroed = written(&folder, |net| *net = Net::zeroed(net.shape));
    assert!(matches!(refusal(&folder, &zeroed), CellError::Wrong(..)));

    let shape = Shape::of(&ZERO);
    let w1 = vec![2000; shape.hidden * shape.inputs];
    let w2 = [vec![-2000; shape.hidden], vec![2000; shape.hidden]].concat();
    let large = Net { shape, w1, b1: vec![0; shape.hidden], w2, b2: vec![16, -16] };
    Cells::save(&folder, &ZERO, &large, &Record::default()).unwrap();
    let error = Cells::load(&[&ZERO], &folder).unwrap_err();
    assert!(matches!(error, CellError::TooLarge(..)), "{error}");
}

#[test]
fn zeroed_weights_of_any_cell_are_noticed() {
    for (spec, net, _) in Cells::built_in().unwrap().iter() {
        assert!(Net::zeroed(net.shape).first_wrong(spec).is_some(), "{spec:?}");
    }
}

#[test]
fn training_stops_when_told_to() {
    let mut calls = 0;
    let stopped = train(&FULL_ADDER, 0, &mut |_| {
        calls += 1;
        ControlFlow::Break(())
    });
    assert_eq!((stopped, calls), (Err(TrainError::Interrupted), 1));
}

/// A table like that of an instruction decoder: the class of a byte, by the first pattern that it
/// matches.
static CLASSES: Spec = Spec {
    name: "classes",
    doc: "the class of a byte",
    inputs: &["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7"],
    outputs: &["c0", "c1", "c2", "c3", "c4"],
    hidden: 32,
    row: |r| {
        const PATTERNS: [(u16, u16); 23] = [
            (0xff, 0x00),
            (0xff, 0x2a),
            (0xff, 0xd4),
            (0xfc, 0x94),
            (0xfc, 0x14),
            (0xfe, 0x34),
            (0xfe, 0x36),
            (0xff, 0x54),
            (0xfe, 0xd6),
            (0x9f, 0x10),
            (0x1f, 0x11),
            (0x1f, 0x12),
            (0x1f, 0x13),
            (0x3f, 0x18),
            (0x3f, 0x28),
            (0x3f, 0x29),
            (0x3b, 0x38),
            (0x1f, 0x0a),
            (0x1f, 0x0b),
            (0x3f, 0x1a),
            (0x3f, 0x1b),
            (0x1f, 0x1e),
            (0x0e, 0x0e),
        ];
        let class = PATTERNS.iter().position(|(mask, value)| r & mask == *value);
        class.map_or(31, |class| class as u16)
    },
};

/// A table of noise.
static NOISE: Spec = Spec {
    name: "noise",
    doc: "random bits",
    inputs: CLASSES.inputs,
    outputs: &["x", "y"],
    hidden: 64,
    row: |r| (u32::from(r) + 1).wrapping_mul(0x9e37_79b1).rotate_left(9) as u16 & 3,
};

#[test]
fn tables_of_other_crates_train() {
    for spec in [&CLASSES, &NOISE] {
        let done = train(spec, 1, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(done.net.first_wrong(spec), None);
        assert!(done.record.restart < 40, "{spec:?}: {:?}", done.record);
        assert!(done.curve.len() <= 513 && done.curve.len() > 10);
        assert_eq!(done.curve.first().unwrap().epoch, 0);
    }
}
