//! Weight files: one safetensors file a cell, with how it was trained in the header.

use crate::net::{GRID, Net, Shape};
use crate::spec::Spec;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// How a cell was trained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The seed given.
    pub seed: u64,
    /// Which restart succeeded, from 0.
    pub restart: u32,
    /// Passes over all rows in that restart.
    pub epochs: u32,
}

/// Why a cell cannot be used. Each names the file.
#[derive(Debug)]
pub enum CellError {
    /// The file cannot be read or written.
    Io(PathBuf, std::io::Error),
    /// The file is no safetensors file, or lacks a tensor or has one of another shape.
    Format(PathBuf, String),
    /// A parameter is no multiple of 1/16 in range.
    OffGrid(PathBuf, String),
    /// The parameters are not those that were written.
    Altered(PathBuf),
    /// The network is wrong on a row.
    Wrong(PathBuf, u16),
    /// A sum of the network needs more than 16 bits.
    TooLarge(PathBuf),
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = "`ncpu nalu train` makes it anew";
        match self {
            Self::Io(path, e) => write!(f, "{}: {e}; {remedy}", path.display()),
            Self::Format(path, why) => {
                write!(f, "{}: not a cell's weights: {why}; {remedy}", path.display())
            }
            Self::OffGrid(path, what) => {
                write!(f, "{}: {what} is no multiple of 1/16 below 128; {remedy}", path.display())
            }
            Self::Altered(path) => {
                write!(f, "{}: the weights were altered since training; {remedy}", path.display())
            }
            Self::Wrong(path, row) => write!(
                f,
                "{}: the network is wrong on row {row:#b} of its table; {remedy}",
                path.display()
            ),
            Self::TooLarge(path) => {
                write!(f, "{}: a sum exceeds 16 bits; {remedy}", path.display())
            }
        }
    }
}

impl std::error::Error for CellError {}

/// FNV-1a over the parameters: tells alteration, not malice.
fn digest(net: &Net) -> u64 {
    let params = [&net.w1, &net.b1, &net.w2, &net.b2].into_iter().flatten();
    params.flat_map(|p| p.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The weight file of a cell in a folder.
fn file(folder: &Path, spec: &Spec) -> PathBuf {
    folder.join(format!("{}.safetensors", spec.name))
}

fn tensors(shape: Shape) -> [(&'static str, Vec<usize>); 4] {
    let Shape { inputs, hidden, outputs } = shape;
    [
        ("w1", vec![hidden, inputs]),
        ("b1", vec![hidden]),
        ("w2", vec![outputs, hidden]),
        ("b2", vec![outputs]),
    ]
}

/// The bytes of a weight file.
///
/// Tensors (32-bit floats, multiples of 1/16): `w1 [hidden, inputs]`, `b1 [hidden]`,
/// `w2 [outputs, hidden]`, `b2 [outputs]`. The header has what [`Record`] has, the margin, the number of
/// rows and a digest of the parameters.
fn to_bytes(
    spec: &Spec,
    net: &Net,
    record: &Record,
) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let real = |p: &Vec<i16>| -> Vec<u8> {
        p.iter().flat_map(|v| (f32::from(*v) / GRID as f32).to_le_bytes()).collect()
    };
    let data = [&net.w1, &net.b1, &net.w2, &net.b2].map(real);
    let shapes = tensors(net.shape);
    let mut views = Vec::new();
    for ((name, shape), bytes) in shapes.iter().zip(&data) {
        views.push((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?));
    }
    // One entry, since the order of several is not fixed and files shall come out the same.
    let training = format!(
        "cell={} seed={} restart={} epochs={} rows={} margin={} digest={:016x}",
        spec.name,
        record.seed,
        record.restart,
        record.epochs,
        spec.rows(),
        net.margin(),
        digest(net)
    );
    safetensors::serialize(views, Some(HashMap::from([("training".to_string(), training)])))
}

fn parse(path: &Path, spec: &Spec, bytes: &[u8]) -> Result<(Net, Record), CellError> {
    let format = |why: String| CellError::Format(path.into(), why);
    let file = SafeTensors::deserialize(bytes).map_err(|e| format(e.to_string()))?;
    let mut net = Net::zeroed(Shape::of(spec));
    let shapes = tensors(net.shape);
    let places = [&mut net.w1, &mut net.b1, &mut net.w2, &mut net.b2];
    for ((name, shape), place) in shapes.iter().zip(places) {
        let tensor = file.tensor(name).map_err(|e| format(format!("tensor `{name}`: {e}")))?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            return Err(format(format!("tensor `{name}` should be F32 of shape {shape:?}")));
        }
        for (at, bytes) in tensor.data().as_chunks::<4>().0.iter().enumerate() {
            let value = f32::from_le_bytes(*bytes);
            let scaled = value * GRID as f32;
            if scaled.fract() != 0.0 || scaled.abs() >= 2048.0 || scaled.is_nan() {
                return Err(CellError::OffGrid(path.into(), format!("{name}[{at}] = {value}")));
            }
            place[at] = scaled as i16;
        }
    }
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| format(e.to_string()))?;
    let training = header.metadata().as_ref().and_then(|m| m.get("training")).cloned();
    let training = training.ok_or_else(|| format("no `training` in the header".into()))?;
    let entry = |key: &str| {
        let mut pairs = training.split(' ').filter_map(|p| p.split_once('='));
        pairs.find(|(k, _)| *k == key).map(|(_, v)| v.to_string())
    };
    let number = |key: &str| {
        let value = entry(key).and_then(|v| v.parse::<u64>().ok());
        value.ok_or_else(|| format(format!("no number `{key}` in the header")))
    };
    let record = Record {
        seed: number("seed")?,
        restart: number("restart")? as u32,
        epochs: number("epochs")? as u32,
    };
    if entry("digest") != Some(format!("{:016x}", digest(&net))) {
        return Err(CellError::Altered(path.into()));
    }
    Ok((net, record))
}

/// A set of cells with their networks, each checked on every row.
#[derive(Clone, Debug)]
pub struct Cells {
    entries: Vec<(&'static Spec, Net, Record)>,
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// The weight files that are compiled in: name and bytes.
        const BUILT_IN: &[(&str, &[u8])] = &[
            $(($name, include_bytes!(concat!("../../../models/nalu/", $name, ".safetensors")))),*
        ];
    };
}

built_in! {
    "full-adder",
    "adder-digit",
    "carry-combine",
    "logic",
    "mux",
    "multiply-2",
    "multiply-4",
    "zero",
    "priority",
    "round",
    "condition",
    // The decoder's, whose specifications are in `ncpu-neural-decode`.
    "opcode",
    "form",
    "operands",
}

impl Cells {
    /// The cells of the ALU with the weights that are compiled in.
    ///
    /// # Errors
    /// [`CellError`], if a file of `models/nalu` was altered or was missing when this was built.
    pub fn built_in() -> Result<Self, CellError> {
        Self::built_in_of(crate::CORE)
    }

    /// The cells `specs` with the weights that are compiled in.
    ///
    /// # Errors
    /// As [`built_in`](Self::built_in).
    pub fn built_in_of(specs: &[&'static Spec]) -> Result<Self, CellError> {
        let folder = Path::new("models/nalu");
        Self::read(specs, folder, |spec, path| {
            let found = BUILT_IN.iter().find(|(name, _)| *name == spec.name);
            let missing = || std::io::Error::from(std::io::ErrorKind::NotFound);
            found
                .map(|(_, bytes)| bytes.to_vec())
                .ok_or_else(|| CellError::Io(path.into(), missing()))
        })
    }

    /// The cells `specs` from the weight files in `folder`.
    ///
    /// # Errors
    /// [`CellError`] about the first file that is missing, malformed, altered, or wrong on a row.
    pub fn load(specs: &[&'static Spec], folder: &Path) -> Result<Self, CellError> {
        Self::read(specs, folder, |_, path| {
            std::fs::read(path).map_err(|e| CellError::Io(path.into(), e))
        })
    }

    fn read(
        specs: &[&'static Spec],
        folder: &Path,
        bytes: impl Fn(&Spec, &Path) -> Result<Vec<u8>, CellError>,
    ) -> Result<Self, CellError> {
        let mut entries = Vec::new();
        for spec in specs {
            let path = file(folder, spec);
            let (net, record) = parse(&path, spec, &bytes(spec, &path)?)?;
            if let Some(row) = net.first_wrong(spec) {
                return Err(CellError::Wrong(path, row));
            }
            if !net.fits_16_bits() {
                return Err(CellError::TooLarge(path));
            }
            entries.push((*spec, net, record));
        }
        Ok(Self { entries })
    }

    /// Cells with any networks at all, for experiments with wrong weights; nothing is checked.
    #[must_use]
    pub fn unchecked(entries: Vec<(&'static Spec, Net, Record)>) -> Self {
        Self { entries }
    }

    /// Writes the weight file of one cell into `folder`.
    ///
    /// # Errors
    /// [`CellError::Io`], [`CellError::Format`].
    pub fn save(
        folder: &Path,
        spec: &Spec,
        net: &Net,
        record: &Record,
    ) -> Result<PathBuf, CellError> {
        let path = file(folder, spec);
        let bytes = to_bytes(spec, net, record);
        let bytes = bytes.map_err(|e| CellError::Format(path.clone(), e.to_string()))?;
        std::fs::write(&path, bytes).map_err(|e| CellError::Io(path.clone(), e))?;
        Ok(path)
    }

    /// Every cell with its network and how that was trained.
    pub fn iter(&self) -> impl Iterator<Item = &(&'static Spec, Net, Record)> {
        self.entries.iter()
    }

    /// The network of a cell of this set.
    #[must_use]
    pub fn net(&self, spec: &Spec) -> Option<&Net> {
        self.entries.iter().find(|(s, ..)| *s == spec).map(|(_, net, _)| net)
    }
}
