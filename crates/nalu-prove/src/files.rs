//! P6: a weight file that is missing, cut short or altered stops the ALU with an error that names it.

use crate::proof::{Carrier, Checked, Coverage, Failure, Proof, Rung};
use ncpu_cells::{CellError, Cells, Net, Record, Spec};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// The proof about weight files.
pub fn proofs(cells: &Cells) -> Vec<Proof<'_>> {
    vec![Proof {
        id: "p6-files".into(),
        rung: Rung::P6,
        what: "a missing or altered weight file is an error that names it".into(),
        method: "each file missing, cut short, with each byte changed, with a weight changed",
        operations: "every cell".into(),
        widths: String::new(),
        coverage: Coverage::Exhaustive,
        carrier: Carrier::Weights,
        chunks: 1,
        prepare: Box::new(move || Box::new(move |_| files(cells))),
    }]
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ncpu-prove-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in a folder for temporary files does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn open(e: impl std::fmt::Display) -> Failure {
    Failure::Open(e.to_string())
}

fn files(cells: &Cells) -> Result<Checked, Failure> {
    let folder = Folder::new().map_err(open)?;
    let specs: Vec<&'static Spec> = cells.iter().map(|(spec, ..)| *spec).collect();
    let mut cases = 0;
    for (spec, net, record) in cells.iter() {
        Cells::save(&folder.0, spec, net, record).map_err(open)?;
    }
    Cells::load(&specs, &folder.0).map_err(open)?;
    for (spec, net, record) in cells.iter() {
        cases += spoilt(spec, &specs, &folder.0)?;
        cases += changed(spec, net, record, &specs, &folder.0)?;
        Cells::save(&folder.0, spec, net, record).map_err(open)?;
    }
    Cells::load(&specs, &folder.0).map_err(open)?;
    Ok(Checked { cases, note: "each error names the file".into() })
}

/// The file of a cell in a folder.
fn file(folder: &Path, spec: &Spec) -> PathBuf {
    folder.join(format!("{}.safetensors", spec.name))
}

/// Loads all cells and sees that the error names this one's file.
fn refuses(spec: &Spec, what: &str, specs: &[&'static Spec], folder: &Path) -> Result<(), Failure> {
    let case = || format!("{} {what}", file(Path::new(""), spec).display());
    match Cells::load(specs, folder) {
        Ok(_) => Err(Failure::refuted(case(), "an error", "no error")),
        Err(e) if names(&e, &file(folder, spec)) => Ok(()),
        Err(e) => Err(Failure::refuted(case(), "an error that names the file", e.to_string())),
    }
}

fn names(e: &CellError, path: &Path) -> bool {
    e.to_string().contains(&path.display().to_string())
}

/// The file missing, cut short, and with each byte changed.
fn spoilt(spec: &'static Spec, specs: &[&'static Spec], folder: &Path) -> Result<u64, Failure> {
    let path = file(folder, spec);
    let bytes = std::fs::read(&path).map_err(open)?;
    std::fs::remove_file(&path).map_err(open)?;
    refuses(spec, "missing", specs, folder)?;
    let mut cases = 1;
    for length in [0, 7, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..length]).map_err(open)?;
        refuses(spec, &format!("cut to {length} bytes"), specs, folder)?;
        cases += 1;
    }
    // The weights come last in the file; what the header says of the training is not among them.
    let weights = weights_at(&bytes);
    for at in weights..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 0x40;
        std::fs::write(&path, &other).map_err(open)?;
        refuses(spec, &format!("with byte {at} changed"), &[spec], folder)?;
        cases += 1;
    }
    std::fs::write(&path, &bytes).map_err(open)?;
    Ok(cases)
}

/// Where the header of a safetensors file ends: it begins with its length, in 8 bytes.
fn weights_at(bytes: &[u8]) -> usize {
    let length = bytes.first_chunk::<8>().map_or(0, |b| u64::from_le_bytes(*b));
    8 + length as usize
}

/// A file that is in order but for the network, which is wrong on a row.
fn changed(
    spec: &'static Spec,
    net: &Net,
    record: &Record,
    specs: &[&'static Spec],
    folder: &Path,
) -> Result<u64, Failure> {
    let mut cases = 0;
    for o in 0..net.shape.outputs {
        let mut wrong = net.clone();
        wrong.b2[o] = 2000;
        if wrong.first_wrong(spec).is_some() {
            Cells::save(folder, spec, &wrong, record).map_err(open)?;
            refuses(spec, &format!("with bias {o} of the outputs changed"), specs, folder)?;
            cases += 1;
        }
    }
    Ok(cases)
}
