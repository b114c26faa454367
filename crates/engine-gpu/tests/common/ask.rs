//! Kernels that answer questions: `answer`, in workgroups of 64, each invocation one question.

use ncpu_gpu::{Binding, Gpu};
use ncpu_shader::{Dialect, Module};
use std::time::Duration;

fn words(bytes: &[u8]) -> Vec<u64> {
    let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap());
    bytes.chunks_exact(8).map(word).collect()
}

/// What a device answers; questions and answers are of so many words.
pub(crate) fn ask(
    gpu: &Gpu,
    module: &Module,
    dialect: Dialect,
    questions: &[u64],
    [question, answer]: [u32; 2],
) -> Vec<u64> {
    let count = questions.len() as u64 / u64::from(question);
    let size = 8 * u64::from(answer) * count;
    let input = gpu.buffer("questions", 8 * questions.len() as u64).unwrap();
    let output = gpu.buffer("answers", size).unwrap();
    let bindings = [Binding::ReadOnly, Binding::ReadWrite];
    let kernel = gpu.pipeline("answer", &module.wgsl(dialect), "answer", &bindings).unwrap();
    let bytes: Vec<u8> = questions.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut batch = gpu.batch();
    batch.write(&input, 0, &bytes).run(&kernel, &[&input, &output], count as u32 / 64);
    batch.read(&output, 0, size);
    words(&batch.submit().wait(Duration::from_secs(60)).unwrap()[0])
}
