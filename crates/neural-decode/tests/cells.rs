//! The committed weights of the decoder's cells.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::{Cells, Net, retrain};
use ncpu_neural_decode::{CELLS, DECODE};
use std::fs;
use std::path::Path;

#[test]
fn built_in_cells_are_exact_and_every_parameter_matters() {
    let cells = Cells::built_in_of(CELLS).unwrap();
    for (spec, net, _) in cells.iter() {
        assert_eq!(net.table(), spec.table(), "{spec:?}");
        assert!(net.fits_16_bits() && net.margin() >= 0.5, "{spec:?}: {}", net.margin());
        assert_eq!(net.idle(), [], "{spec:?}");
        assert!(Net::zeroed(net.shape).first_wrong(spec).is_some(), "{spec:?}");
    }
}

#[test]
fn committed_weights_are_what_training_gives() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("retrained");
    fs::create_dir_all(&folder).unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/nalu");
    for (spec, net, record) in Cells::built_in_of(DECODE).unwrap().iter() {
        let again = retrain(spec, record).unwrap();
        assert_eq!(again, *net, "{spec:?}");
        let path = Cells::save(&folder, spec, &again, record).unwrap();
        let committed = models.join(path.file_name().unwrap());
        assert_eq!(fs::read(&path).unwrap(), fs::read(committed).unwrap(), "{spec:?}");
    }
}
