//! Operations by name, their kernels made when they are first wanted.

use crate::Kernel;
use ncpu_cells::Cells;
use ncpu_gpu::{Gpu, GpuError};
use ncpu_nalu::{AluError, Function, Style};
use rustc_hash::FxHashMap;
use std::fmt;

/// Why an operation was not done.
#[derive(Clone, Debug, PartialEq)]
pub enum GpuAluError {
    /// The operation or its operands.
    Alu(AluError),
    /// The device.
    Gpu(GpuError),
}

impl fmt::Display for GpuAluError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alu(error) => error.fmt(f),
            Self::Gpu(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for GpuAluError {}

impl From<GpuError> for GpuAluError {
    fn from(error: GpuError) -> Self {
        Self::Gpu(error)
    }
}

/// The ALU on a device.
///
/// ```
/// use ncpu_nalu::Function;
/// use ncpu_nalu_gpu::GpuAlu;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let Some(gpu) = ncpu_gpu::test_gpu() else { return Ok(()) };
/// let mut alu = GpuAlu::new(&gpu, ncpu_cells::Cells::built_in()?);
/// let xor = Function::named("xor", "8")?;
/// assert_eq!(alu.run(xor, &[&[1, 2, 3], &[1, 1, 1]])?, [[0, 3, 2]]);
/// # Ok(()) }
/// ```
pub struct GpuAlu {
    gpu: Gpu,
    cells: Cells,
    kernels: FxHashMap<(&'static str, usize, usize), Kernel>,
}

impl GpuAlu {
    /// An ALU of these cells.
    #[must_use]
    pub fn new(gpu: &Gpu, cells: Cells) -> Self {
        Self { gpu: gpu.clone(), cells, kernels: FxHashMap::default() }
    }

    /// Evaluates `function` on many rows with the trained weights: `operands[k][n]` is operand `k` of row
    /// `n`, in the low bits of the number. The results likewise, as [`ncpu_nalu::Alu::eval_batch`] gives
    /// them, bit for bit.
    ///
    /// # Errors
    /// Operands too many, too few or of different lengths; what the device refuses.
    pub fn run(
        &mut self,
        function: Function,
        operands: &[&[u64]],
    ) -> Result<Vec<Vec<u64>>, GpuAluError> {
        let kernel = self.kernel(function)?;
        let wanted = kernel.operands();
        if operands.len() != wanted {
            let error = AluError::Operands(function.name(), wanted, operands.len());
            return Err(GpuAluError::Alu(error));
        }
        let rows = operands.first().map_or(0, |column| column.len());
        if operands.iter().any(|column| column.len() != rows) {
            return Err(GpuAluError::Alu(AluError::Lengths));
        }
        Ok(kernel.eval(operands)?)
    }

    /// The kernel of an operation.
    ///
    /// # Errors
    /// What the device refuses.
    pub fn kernel(&mut self, function: Function) -> Result<&Kernel, GpuError> {
        let key = function.key();
        if !self.kernels.contains_key(&key) {
            // Few cells count here, not few in a row: there are lanes enough to work on.
            let circuit = function.circuit(Style::Small);
            let kernel = Kernel::new(&self.gpu, function.name(), &circuit, &self.cells)?;
            self.kernels.insert(key, kernel);
        }
        Ok(&self.kernels[&key])
    }
}
