//! What can go wrong, each as one sentence with its remedy.

use std::fmt;

/// Why the GPU could not do what was asked.
#[derive(Clone, Debug, PartialEq)]
pub enum GpuError {
    /// No adapter at all: no driver, or none that the loader finds.
    NoAdapter,
    /// No adapter has this index or a name like it.
    NoSuchAdapter {
        /// What was asked for.
        wanted: String,
        /// The names of those that are there.
        there: Vec<String>,
    },
    /// The adapter cannot do something that is needed.
    Lacks {
        /// Its name.
        adapter: String,
        /// What it lacks, in words.
        what: String,
    },
    /// The device has no memory left for a buffer.
    OutOfMemory {
        /// The buffer's label.
        label: String,
        /// Its size in bytes.
        bytes: u64,
    },
    /// A shader was refused, or the compiler failed on it.
    Shader {
        /// The pipeline's label.
        label: String,
        /// What the compiler says.
        message: String,
    },
    /// The device is gone, or an operation on it failed.
    Lost {
        /// What the driver says.
        message: String,
    },
    /// The work was not done in time; it may still be running.
    Timeout {
        /// How long was waited, in seconds.
        seconds: f64,
    },
    /// More was asked than the device allows.
    Limit {
        /// What was asked for, with its unit.
        what: String,
        /// How much.
        asked: u64,
        /// The most there is.
        max: u64,
    },
    /// A call that no device could carry out: a range outside its buffer, a wrong number of bindings.
    Invalid {
        /// What is wrong with it.
        message: String,
    },
}

impl std::error::Error for GpuError {}

impl fmt::Display for GpuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAdapter => f.write_str(
                "no GPU is usable: install a Vulkan driver (the vendor's, or the package \
                 mesa-vulkan-drivers, which also brings one in software), or use the engine `cpu`",
            ),
            Self::NoSuchAdapter { wanted, there } => {
                write!(f, "no GPU is called `{wanted}`; name one by its number or a part of: ")?;
                f.write_str(&there.join(", "))
            }
            Self::Lacks { adapter, what } => {
                write!(f, "the GPU `{adapter}` lacks {what}; choose another (see `ncpu gpu`)")
            }
            Self::OutOfMemory { label, bytes } => write!(
                f,
                "the GPU has no memory left for {label} ({bytes} bytes); ask for less, or end other \
                 programs that use it"
            ),
            Self::Shader { label, message } => {
                write!(f, "the GPU's compiler refuses the kernel {label}: {message}")
            }
            Self::Lost { message } => write!(
                f,
                "the GPU failed ({message}); try again with less work at once, or use the engine `cpu`"
            ),
            Self::Timeout { seconds } => write!(
                f,
                "the GPU was not done after {seconds} s; give it less work at once or more time"
            ),
            Self::Limit { what, asked, max } => {
                write!(f, "{what}: {asked} asked for, but this GPU allows at most {max}")
            }
            Self::Invalid { message } => f.write_str(message),
        }
    }
}
