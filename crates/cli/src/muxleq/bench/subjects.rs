//! What is measured.

use crate::{Failure, read_file};
use ncpu_muxleq::Image;
use ncpu_muxleq_asm::HostFiles;
use std::path::{Path, PathBuf};

/// An image and its input.
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) image: Image,
    pub(super) input: Vec<u8>,
}

/// Counts to 30,000 a thousand times: nothing but subtractions and jumps.
const COUNT: &str = include_str!("../../../../../benches/muxleq/count.dec");

/// Merges a thousand words into one by a mask that changes, ten thousand times: the address of the word
/// is an operand that the program counts up.
const MERGE: &str = include_str!("../../../../../benches/muxleq/merge.dec");

/// The images of these files, or those that are built in.
pub(super) fn all(files: &[PathBuf], input: Option<&Path>) -> Result<Vec<Subject>, Failure> {
    if files.is_empty() && input.is_some() {
        return Err(Failure::start("--input is for images that are named; name one"));
    }
    if files.is_empty() {
        return [("count", COUNT), ("merge", MERGE)].into_iter().map(built_in).collect();
    }
    let input = input.map_or(Ok(Vec::new()), read_file)?;
    files.iter().map(|file| from_file(file, &input)).collect()
}

fn built_in((name, text): (&str, &str)) -> Result<Subject, Failure> {
    let image = Image::parse(name, text).map_err(Failure::start)?;
    Ok(Subject { name: name.into(), image, input: Vec::new() })
}

fn from_file(file: &Path, input: &[u8]) -> Result<Subject, Failure> {
    let image = if file.extension().is_some_and(|e| e == "mux") {
        let program = ncpu_muxleq_asm::assemble(file, &HostFiles);
        Image { cells: program.map_err(|e| Failure::start(e.to_string().trim_end()))?.cells }
    } else {
        let text = read_file(file)?;
        Image::parse(&file.display().to_string(), text).map_err(Failure::start)?
    };
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    Ok(Subject { name, image, input: input.to_vec() })
}
