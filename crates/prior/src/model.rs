//! The model: measures in, one hidden layer, a probability for each operation out.

use crate::features::{FEATURES, features};
use crate::{OPS, train};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

/// How many units the hidden layer has.
pub const HIDDEN: usize = 32;

/// Where the model that is compiled in comes from.
const BUILT_IN: &str = "models/prior/bits.safetensors";
const BUILT_IN_BYTES: &[u8] = include_bytes!("../../../models/prior/bits.safetensors");

/// The entry of a file's metadata that says how the model was made, as `key=value` words.
const ABOUT: &str = "training";
/// Its last word.
const CHECKSUM: &str = "checksum=";

/// A model file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// The file's name.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.reason)
    }
}

impl std::error::Error for ModelError {}

/// How a model was made, for its file's metadata.
pub type Notes = Vec<(&'static str, String)>;

/// The tensors of a model, all numbers in one list so that training can treat them alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(crate) weights: Vec<f32>,
}

/// The tensors: name and shape, in the order in which [`Model`] keeps them. The first layer's measures
/// are shifted and scaled by `shift` and `scale`; `base` are the rates at which training programs have
/// each operation.
pub(crate) const TENSORS: [(&str, &[usize]); 7] = [
    ("hidden.weight", &[HIDDEN, FEATURES]),
    ("hidden.bias", &[HIDDEN]),
    ("out.weight", &[OPS.len(), HIDDEN]),
    ("out.bias", &[OPS.len()]),
    ("shift", &[FEATURES]),
    ("scale", &[FEATURES]),
    ("base", &[OPS.len()]),
];

/// Where a tensor's numbers are.
pub(crate) fn span(tensor: usize) -> std::ops::Range<usize> {
    let length = |n: usize| TENSORS[n].1.iter().product::<usize>();
    let start = (0..tensor).map(length).sum();
    start..start + length(tensor)
}

/// How many numbers a model has.
pub(crate) fn size() -> usize {
    span(TENSORS.len() - 1).end
}

/// A sum over bytes that changes with every bit of them (FNV-1a).
fn checksum(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

impl Model {
    /// The model that is compiled in.
    ///
    /// # Errors
    /// The file that was compiled in is damaged.
    pub fn built_in() -> Result<&'static Self, ModelError> {
        static MODEL: OnceLock<Result<Model, ModelError>> = OnceLock::new();
        let model = MODEL.get_or_init(|| Self::from_bytes(BUILT_IN, BUILT_IN_BYTES));
        model.as_ref().map_err(Clone::clone)
    }

    /// Reads a model file; `file` names it in errors.
    ///
    /// # Errors
    /// The bytes are no safetensors file, or tensors are missing, of other shapes than this model has,
    /// not what was written, or hold numbers that are not finite.
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, ModelError> {
        let error = |reason: String| ModelError { file: file.to_owned(), reason };
        let (_, header) =
            SafeTensors::read_metadata(bytes).map_err(|e| error(format!("damaged: {e}")))?;
        let tensors =
            SafeTensors::deserialize(bytes).map_err(|e| error(format!("damaged: {e}")))?;
        let mut weights = Vec::with_capacity(size());
        for (name, shape) in TENSORS {
            let tensor = tensors.tensor(name).map_err(|e| error(format!("tensor {name}: {e}")))?;
            if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
                let (dtype, found) = (tensor.dtype(), tensor.shape());
                return Err(error(format!(
                    "tensor {name} is {dtype:?} {found:?}, expected F32 {shape:?}"
                )));
            }
            let (numbers, _) = tensor.data().as_chunks::<4>();
            weights.extend(numbers.iter().map(|b| f32::from_le_bytes(*b)));
        }
        let model = Self { weights };
        let about = header.metadata().as_ref().and_then(|m| m.get(ABOUT));
        let noted = about.and_then(|a| Some(a.split_once(CHECKSUM)?.1)).unwrap_or("none");
        let found = model.checksum();
        if noted != found {
            return Err(error(format!("damaged: checksum {found}, the file says {noted}")));
        }
        model.check().map_err(error)?;
        Ok(model)
    }

    /// The bytes of a model file.
    ///
    /// # Errors
    /// The format cannot hold it.
    pub fn to_bytes(&self, notes: &Notes) -> Result<Vec<u8>, ModelError> {
        let error = |e: safetensors::SafeTensorError| ModelError {
            file: "model".to_owned(),
            reason: e.to_string(),
        };
        let bytes: Vec<u8> = self.weights.iter().flat_map(|w| w.to_le_bytes()).collect();
        let mut views = Vec::new();
        for (n, (name, shape)) in TENSORS.iter().enumerate() {
            let span = span(n);
            let data = &bytes[4 * span.start..4 * span.end];
            let view = TensorView::new(Dtype::F32, shape.to_vec(), data).map_err(error)?;
            views.push((*name, view));
        }
        // One entry, as the format writes several in no particular order: a seed gives the same file again.
        let notes: String = notes.iter().map(|(key, value)| format!("{key}={value} ")).collect();
        let about = notes + CHECKSUM + &self.checksum();
        let metadata = HashMap::from([(ABOUT.to_owned(), about)]);
        safetensors::serialize(views, Some(metadata)).map_err(error)
    }

    fn checksum(&self) -> String {
        format!("{:016x}", checksum(self.weights.iter().flat_map(|w| w.to_le_bytes())))
    }

    /// Whether the numbers are such that probabilities come out.
    fn check(&self) -> Result<(), String> {
        if let Some(at) = self.weights.iter().position(|w| !w.is_finite()) {
            return Err(format!("number {at} is {}", self.weights[at]));
        }
        if self.weights[span(6)].iter().any(|p| *p <= 0.0 || *p >= 1.0) {
            return Err("a base rate is not between 0 and 1".to_owned());
        }
        Ok(())
    }

    /// The measures as the hidden layer takes them.
    pub(crate) fn scaled(&self, features: &[f32; FEATURES]) -> [f32; FEATURES] {
        let (shift, scale) = (&self.weights[span(4)], &self.weights[span(5)]);
        std::array::from_fn(|n| (features[n] - shift[n]) * scale[n])
    }

    /// The probability that each of [`OPS`] occurs in the program, given the measures of its examples.
    pub fn probabilities(&self, features: &[f32; FEATURES]) -> [f32; OPS.len()] {
        let (_, logits) = train::forward(&self.weights, &self.scaled(features));
        logits.map(train::sigmoid)
    }

    /// The rate at which training programs have each of [`OPS`].
    pub fn base_rates(&self) -> &[f32] {
        &self.weights[span(6)]
    }

    /// By how many bits each of [`OPS`] is likelier for these examples than for any: `log2 p − log2 base`.
    pub fn gains(&self, examples: &[(Vec<u64>, u64)]) -> [f32; OPS.len()] {
        let probabilities = self.probabilities(&features(examples));
        let base = self.base_rates();
        std::array::from_fn(|n| (probabilities[n].max(1e-6) / base[n]).log2())
    }
}
