//! `ncpu nalu bench --gpu`: the weights tier's speed on a GPU.

use crate::Failure;
use ncpu_cells::Cells;

/// Says how to get what is missing.
#[cfg(not(feature = "gpu"))]
pub(super) fn run(_: Option<&str>, _: &Cells) -> Result<(), Failure> {
    crate::gpu::run(&crate::args::GpuArgs { json: false })
}

#[cfg(feature = "gpu")]
pub(super) use present::run;

#[cfg(feature = "gpu")]
mod present {
    use super::super::table;
    use super::{Cells, Failure};
    use crate::output::outln;
    use ncpu_gpu::{Gpu, GpuError};
    use ncpu_nalu::{Circuit, Function, Style, WeightsBatch};
    use ncpu_nalu_gpu::Kernel;
    use std::time::{Duration, Instant};

    /// Each figure is the least of so many measurements.
    const ROUNDS: usize = 7;

    /// How long a measurement may take.
    const PATIENCE: Duration = Duration::from_secs(120);

    /// Rows that are compared with the CPU's weights tier.
    const COMPARED: usize = 1024;

    /// What is measured: the first result, without flags.
    const CASES: &[(&str, &str)] = &[
        ("add", "32"),
        ("sub", "32"),
        ("and", "32"),
        ("xor", "32"),
        ("shl", "32"),
        ("mul", "32"),
        ("add", "64"),
        ("mul", "64"),
        ("fadd", "single"),
        ("fma", "double"),
    ];

    pub(in super::super) fn run(name: Option<&str>, cells: &Cells) -> Result<(), Failure> {
        let gpu = Gpu::open(name).map_err(Failure::start)?;
        let traits = gpu.traits();
        outln!("The weights tier on {} ({}).", traits.name, traits.driver);
        outln!("Operands and results stay on the device; the least of {ROUNDS} measurements.");
        outln!("");
        // A device in software needs minutes for what a GPU does in milliseconds.
        let (cases, most) = if traits.software { (&CASES[..5], 1 << 12) } else { (CASES, 1 << 22) };
        let mut rows = Vec::new();
        for (name, kind) in cases {
            let function = Function::named(name, kind).map_err(Failure::start)?;
            let circuit = function.circuit(Style::Small).with_results(1);
            let (label, row) = (format!("{name} {kind}"), measure(&gpu, &circuit, cells, most));
            rows.push([vec![label], row.map_err(Failure::start)?].concat());
        }
        let head = [
            "operation",
            "cells",
            "products",
            "compiled in s",
            "lanes",
            "G operations/s",
            "T products/s",
        ];
        table::print(&head, &rows);
        Ok(())
    }

    fn measure(
        gpu: &Gpu,
        circuit: &Circuit,
        cells: &Cells,
        most: usize,
    ) -> Result<Vec<String>, GpuError> {
        let start = Instant::now();
        let kernel = Kernel::new(gpu, "bench", circuit, cells)?;
        let compiled = start.elapsed();
        let lanes = most.min(kernel.capacity() as usize);
        let columns = kernel.columns(lanes)?;
        let operands = operands(circuit, lanes);
        let operands: Vec<&[u64]> = operands.iter().map(Vec::as_slice).collect();
        let mut batch = gpu.batch();
        kernel.write(&mut batch, &columns, &operands);
        kernel.run(&mut batch, &columns);
        kernel.read(&mut batch, &columns, COMPARED.min(lanes));
        let read = batch.submit().wait(PATIENCE)?;
        compare(circuit, cells, &operands, &kernel.results(&read))?;
        let time = |dispatches: usize| -> Result<f64, GpuError> {
            let mut batch = gpu.batch();
            (0..dispatches).for_each(|_| kernel.run(&mut batch, &columns));
            let start = Instant::now();
            batch.submit().wait(PATIENCE)?;
            Ok(start.elapsed().as_secs_f64() / dispatches as f64)
        };
        // As many dispatches as take about a twentieth of a second.
        let dispatches = ((0.05 / time(1)?.max(1e-6)) as usize).clamp(1, 500);
        let mut least = f64::INFINITY;
        for _ in 0..ROUNDS {
            least = least.min(time(dispatches)?);
        }
        let speed = lanes as f64 / least;
        Ok(vec![
            kernel.cells().to_string(),
            kernel.macs().to_string(),
            format!("{:.2}", compiled.as_secs_f64()),
            lanes.to_string(),
            format!("{:.4}", speed / 1e9),
            format!("{:.3}", speed * kernel.macs() as f64 / 1e12),
        ])
    }

    /// Random numbers, the same in every run.
    fn operands(circuit: &Circuit, lanes: usize) -> Vec<Vec<u64>> {
        let mut x = 1_u64;
        let mut number = || {
            x = (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(23) ^ 0x9e37_79b9;
            x
        };
        circuit.inputs.iter().map(|_| (0..lanes).map(|_| number()).collect()).collect()
    }

    /// A speed counts only if the bits are right.
    fn compare(
        circuit: &Circuit,
        cells: &Cells,
        operands: &[&[u64]],
        results: &[Vec<u64>],
    ) -> Result<(), GpuError> {
        let rows = results.first().map_or(0, Vec::len);
        let operands: Vec<&[u64]> = operands.iter().map(|column| &column[..rows]).collect();
        let mut expected = vec![vec![0; rows]; results.len()];
        let mut columns: Vec<&mut [u64]> = expected.iter_mut().map(Vec::as_mut_slice).collect();
        WeightsBatch::new(circuit, cells).run(&operands, &mut columns);
        if expected == results {
            return Ok(());
        }
        let message = "the GPU's results differ from the CPU's; its driver computes wrongly".into();
        Err(GpuError::Lost { message })
    }
}
