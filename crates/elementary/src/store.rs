//! Weight files: one safetensors file a network, with how it was trained in the header.

use crate::net::{Block, LANES, Net};
use crate::spec::Spec;
use crate::train::{ERROR_MAX, Record, Trained, greatest_error};
use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The folder of the weight files, below that of the cells.
pub const FOLDER: &str = "elementary";

/// Why a network cannot be used. Each names the file.
#[derive(Debug)]
pub enum WeightError {
    /// The file cannot be read or written.
    Io(PathBuf, std::io::Error),
    /// The file is no safetensors file, or lacks a tensor or has one of another shape.
    Format(PathBuf, String),
    /// The parameters are not those that were written.
    Altered(PathBuf),
    /// The network has this relative error at a sample.
    Wrong(PathBuf, f64),
}

impl fmt::Display for WeightError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = "`ncpu nalu train` makes it anew";
        match self {
            Self::Io(path, e) => write!(f, "{}: {e}; {remedy}", path.display()),
            Self::Format(path, why) => {
                write!(f, "{}: not a network's weights: {why}; {remedy}", path.display())
            }
            Self::Altered(path) => {
                write!(f, "{}: the weights were altered since training; {remedy}", path.display())
            }
            Self::Wrong(path, error) => write!(
                f,
                "{}: the network's relative error is {error:.1e}, above {ERROR_MAX:.1e}; {remedy}",
                path.display()
            ),
        }
    }
}

impl std::error::Error for WeightError {}

/// The tensors of a network in the order of the file: name, shape, values.
fn tensors(net: &Net) -> [(&'static str, Vec<usize>, Vec<f64>); 4] {
    let units =
        |row: fn(&Block) -> &[f64; LANES]| net.blocks.iter().flat_map(row).copied().collect();
    let hidden = net.hidden();
    [
        ("w1", vec![hidden, 1], units(|block| &block.w1)),
        ("b1", vec![hidden], units(|block| &block.b1)),
        ("w2", vec![1, hidden], units(|block| &block.w2)),
        ("b2", vec![1], vec![net.b2]),
    ]
}

/// FNV-1a over the parameters: tells alteration, not malice.
fn digest(net: &Net) -> u64 {
    let bytes = tensors(net).into_iter().flat_map(|(.., values)| values).flat_map(f64::to_le_bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl Trained {
    /// The bytes of the weight file.
    ///
    /// Tensors (64-bit floats): `w1 [hidden, 1]`, `b1 [hidden]`, `w2 [1, hidden]`, `b2 [1]`. The
    /// header has what [`Record`] has and a digest of the parameters.
    ///
    /// # Errors
    /// Those of the format, which there should be none of.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SafeTensorError> {
        let tensors = tensors(&self.net).map(|(name, shape, values)| {
            let bytes: Vec<u8> = values.into_iter().flat_map(f64::to_le_bytes).collect();
            (name, shape, bytes)
        });
        let mut views = Vec::new();
        for (name, shape, bytes) in &tensors {
            views.push((*name, TensorView::new(Dtype::F64, shape.clone(), bytes)?));
        }
        // One entry, since the order of several is not fixed and files shall come out the same.
        let Record { seed, restart, steps, samples, error } = &self.record;
        let training = format!(
            "network={} seed={seed} restart={restart} steps={steps} samples={samples} \
             error={error:e} digest={:016x}",
            self.spec.name,
            digest(&self.net)
        );
        safetensors::serialize(views, Some(HashMap::from([("training".to_string(), training)])))
    }

    /// The network of the weight file in `folder`.
    ///
    /// # Errors
    /// [`WeightError`], if the file is missing, malformed or altered, or the network is wrong.
    pub fn load(spec: &'static Spec, folder: &Path) -> Result<Self, WeightError> {
        let path = file(spec, folder);
        let bytes = std::fs::read(&path).map_err(|e| WeightError::Io(path.clone(), e))?;
        parse(spec, &path, &bytes)
    }

    /// The network that is compiled in.
    ///
    /// # Errors
    /// [`WeightError`], if the file was altered or was missing when this was built.
    pub fn built_in(spec: &'static Spec) -> Result<Self, WeightError> {
        let path = file(spec, &Path::new("models/nalu").join(FOLDER));
        let found = BUILT_IN.iter().find(|(name, _)| *name == spec.name);
        let missing = || WeightError::Io(path.clone(), std::io::ErrorKind::NotFound.into());
        parse(spec, &path, found.ok_or_else(missing)?.1)
    }

    /// Writes the weight file into `folder`.
    ///
    /// # Errors
    /// [`WeightError::Io`], [`WeightError::Format`].
    pub fn save(&self, folder: &Path) -> Result<PathBuf, WeightError> {
        let path = file(self.spec, folder);
        let bytes = self.to_bytes();
        let bytes = bytes.map_err(|e| WeightError::Format(path.clone(), e.to_string()))?;
        std::fs::write(&path, bytes).map_err(|e| WeightError::Io(path.clone(), e))?;
        Ok(path)
    }
}

fn file(spec: &Spec, folder: &Path) -> PathBuf {
    folder.join(format!("{}.safetensors", spec.name))
}

fn parse(spec: &'static Spec, path: &Path, bytes: &[u8]) -> Result<Trained, WeightError> {
    let format = |why: String| WeightError::Format(path.into(), why);
    let net = parse_net(spec, bytes).map_err(format)?;
    let (record, written) = parse_record(bytes).map_err(format)?;
    if written != format!("{:016x}", digest(&net)) {
        return Err(WeightError::Altered(path.into()));
    }
    let error = greatest_error(spec, &net);
    if error.is_nan() || error > ERROR_MAX {
        return Err(WeightError::Wrong(path.into(), error));
    }
    Ok(Trained { spec, net, record })
}

fn parse_net(spec: &Spec, bytes: &[u8]) -> Result<Net, String> {
    let file = SafeTensors::deserialize(bytes).map_err(|e| e.to_string())?;
    let mut net = Net::zeroed(spec.hidden);
    let mut read = Vec::new();
    for (name, shape, _) in tensors(&net) {
        let tensor = file.tensor(name).map_err(|e| format!("tensor `{name}`: {e}"))?;
        if tensor.dtype() != Dtype::F64 || tensor.shape() != shape {
            return Err(format!("tensor `{name}` should be F64 of shape {shape:?}"));
        }
        let values = tensor.data().as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b));
        read.push(values.collect::<Vec<f64>>());
    }
    for (n, block) in net.blocks.iter_mut().enumerate() {
        let units = n * LANES..(n + 1) * LANES;
        block.w1.copy_from_slice(&read[0][units.clone()]);
        block.b1.copy_from_slice(&read[1][units.clone()]);
        block.w2.copy_from_slice(&read[2][units]);
    }
    net.b2 = read[3][0];
    Ok(net)
}

/// The record of the header, and the digest there.
fn parse_record(bytes: &[u8]) -> Result<(Record, String), String> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| e.to_string())?;
    let training = header.metadata().as_ref().and_then(|m| m.get("training"));
    let training = training.ok_or("no `training` in the header")?;
    let entry = |key: &str| {
        let mut pairs = training.split(' ').filter_map(|p| p.split_once('='));
        let value = pairs.find(|(k, _)| *k == key).map(|(_, v)| v.to_string());
        value.ok_or_else(|| format!("no `{key}` in the header"))
    };
    fn number<T: std::str::FromStr>(key: &str, value: String) -> Result<T, String> {
        value.parse().map_err(|_| format!("`{key}={value}` in the header is no number"))
    }
    let record = Record {
        seed: number("seed", entry("seed")?)?,
        restart: number("restart", entry("restart")?)?,
        steps: number("steps", entry("steps")?)?,
        samples: number("samples", entry("samples")?)?,
        error: number("error", entry("error")?)?,
    };
    Ok((record, entry("digest")?))
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// The weight files that are compiled in: name and bytes.
        const BUILT_IN: &[(&str, &[u8])] = &[$((
            $name,
            include_bytes!(concat!("../../../models/nalu/elementary/", $name, ".safetensors")),
        )),*];
    };
}

built_in!("sin", "cos", "exp2", "log", "atan", "sqrt");
