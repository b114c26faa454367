//! The text of a small interpreter, so that changes of generated kernels are seen: in words of 64 bits,
//! and in pairs. `NCPU_BLESS=1` writes it anew.

#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

use ncpu_engine_gpu::{Dialect, sample};
use std::path::Path;

#[test]
fn kernels_read_as_before() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for (name, dialect) in [("native", Dialect::Native), ("pairs", Dialect::Pairs)] {
        let text = sample().wgsl_of("interpret", dialect);
        let path = folder.join(format!("interpret_{name}.wgsl"));
        if std::env::var_os("NCPU_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap();
        assert!(
            text == golden,
            "{} is not what is made now; NCPU_BLESS=1 writes it",
            path.display()
        );
    }
}
