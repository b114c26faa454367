//! Kernels on whatever adapter there is.

#![allow(clippy::unwrap_used)]

use ncpu_gpu::{Binding, Gpu, GpuError, adapters, test_gpu};
use std::time::Duration;

const SECONDS: Duration = Duration::from_secs(60);

const DOUBLE: &str = "
@group(0) @binding(0) var<storage, read_write> words: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < arrayLength(&words) { words[id.x] = words[id.x] * 2u; }
}";

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect()
}

#[test]
fn adapters_are_described() {
    for (index, adapter) in adapters().iter().enumerate() {
        assert_eq!(adapter.index, index);
        assert!(!adapter.name.is_empty());
        assert!(adapter.traits.max_binding >= 128 << 20);
        assert!(Gpu::open(Some(&index.to_string())).is_ok());
    }
}

#[test]
fn a_kernel_doubles() {
    let Some(gpu) = test_gpu() else { return };
    let buffer = gpu.buffer("words", 4000).unwrap();
    let double = gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
    let input: Vec<u32> = (0..1000).collect();
    let mut batch = gpu.batch();
    batch.write(&buffer, 0, &bytes(&input)).run(&double, &[&buffer], 16).read(&buffer, 0, 4000);
    let read = batch.submit().wait(SECONDS).unwrap();
    let expected: Vec<u32> = input.iter().map(|word| word * 2).collect();
    assert_eq!(words(&read[0]), expected);
}

#[test]
fn steps_happen_in_order() {
    let Some(gpu) = test_gpu() else { return };
    let (a, b) = (gpu.buffer("a", 8).unwrap(), gpu.buffer("b", 8).unwrap());
    let double = gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
    for round in 0..50u32 {
        let mut batch = gpu.batch();
        batch.write(&a, 0, &bytes(&[3, 5])).run(&double, &[&a], 1).run(&double, &[&a], 1);
        batch.read(&a, 4, 4).write(&a, 0, &bytes(&[round])).read(&a, 0, 8);
        batch.copy(&a, 4, &b, 0, 4).run(&double, &[&b], 1).run(&double, &[&a], 1);
        batch.read(&b, 0, 4).read(&a, 0, 8).write(&b, 0, &bytes(&[0]));
        let read = batch.submit().wait(SECONDS).unwrap();
        let read: Vec<Vec<u32>> = read.iter().map(|bytes| words(bytes)).collect();
        assert_eq!(read, [vec![20], vec![round, 20], vec![40], vec![2 * round, 40]]);
    }
}

#[test]
fn large_writes_happen_in_order_too() {
    let Some(gpu) = test_gpu() else { return };
    let buffer = gpu.buffer("large", 4 << 20).unwrap();
    let double = gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
    let large = bytes(&vec![7; 1 << 20]);
    let mut batch = gpu.batch();
    batch.write(&buffer, 0, &large).run(&double, &[&buffer], 1 << 14);
    batch.read(&buffer, (4 << 20) - 4, 4).write(&buffer, 0, &bytes(&[9])).read(&buffer, 0, 8);
    let read = batch.submit().wait(SECONDS).unwrap();
    assert_eq!(read.iter().map(|part| words(part)).collect::<Vec<_>>(), [vec![14], vec![9, 14]]);
}

#[test]
fn work_without_reads_is_waited_for() {
    let Some(gpu) = test_gpu() else { return };
    assert_eq!(gpu.batch().submit().wait(SECONDS), Ok(Vec::new()));
    let buffer = gpu.buffer("word", 4).unwrap();
    let mut batch = gpu.batch();
    batch.write(&buffer, 0, &[1, 2, 3, 4]);
    assert_eq!(batch.submit().wait(SECONDS), Ok(Vec::new()));
    let mut batch = gpu.batch();
    batch.read(&buffer, 0, 4);
    assert_eq!(batch.submit().wait(SECONDS), Ok(vec![vec![1, 2, 3, 4]]));
}

#[test]
fn new_buffers_are_zero() {
    let Some(gpu) = test_gpu() else { return };
    let buffer = gpu.buffer("odd", 13).unwrap();
    assert_eq!(buffer.bytes(), 16);
    let mut batch = gpu.batch();
    batch.read(&buffer, 0, 16);
    assert_eq!(batch.submit().wait(SECONDS), Ok(vec![vec![0; 16]]));
}

#[test]
fn a_wrong_shader_is_an_error() {
    let Some(gpu) = test_gpu() else { return };
    let refuse = |wgsl: &str, entry: &str, bindings: &[Binding]| match gpu
        .pipeline("wrong", wgsl, entry, bindings)
    {
        Err(GpuError::Shader { label, message }) => {
            assert_eq!(label, "wrong");
            message
        }
        other => panic!("{other:?}"),
    };
    assert!(refuse("fn main( {", "main", &[]).contains("expected"));
    refuse(DOUBLE, "absent", &[Binding::ReadWrite]);
    refuse(DOUBLE, "main", &[]);
    refuse(DOUBLE, "main", &[Binding::ReadOnly]);
    // The device is as good as before.
    gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
}

#[test]
fn a_panic_of_the_compiler_is_an_error() {
    let Some(gpu) = test_gpu() else { return };
    if !gpu.traits().int64 {
        return;
    }
    let wgsl = "
        @group(0) @binding(0) var<storage, read_write> words: array<u64>;
        @compute @workgroup_size(1)
        fn main() { words[0] = countLeadingZeros(words[0]); }";
    let made = gpu.pipeline("panics", wgsl, "main", &[Binding::ReadWrite]);
    assert!(matches!(made, Err(GpuError::Shader { .. })), "{made:?}");
    gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
}

#[test]
fn too_much_is_an_error() {
    let Some(gpu) = test_gpu() else { return };
    let max = gpu.traits().max_buffer;
    let made = gpu.buffer("huge", max.saturating_add(4));
    assert!(matches!(made, Err(GpuError::Limit { .. })), "{made:?}");
    let buffer = gpu.buffer("word", 4).unwrap();
    let double = gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
    let mut batch = gpu.batch();
    batch.run(&double, &[&buffer], gpu.traits().max_workgroups.saturating_add(1));
    let done = batch.submit().wait(SECONDS);
    assert!(matches!(done, Err(GpuError::Limit { .. })), "{done:?}");
}

#[test]
fn mistakes_are_errors() {
    let Some(gpu) = test_gpu() else { return };
    let buffer = gpu.buffer("word", 4).unwrap();
    let double = gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
    let invalid = |done: Result<Vec<Vec<u8>>, GpuError>| {
        assert!(matches!(done, Err(GpuError::Invalid { .. })), "{done:?}");
    };
    let mut batch = gpu.batch();
    batch.write(&buffer, 4, &[0; 4]);
    invalid(batch.submit().wait(SECONDS));
    let mut batch = gpu.batch();
    batch.read(&buffer, 0, 3);
    invalid(batch.submit().wait(SECONDS));
    let mut batch = gpu.batch();
    batch.run(&double, &[], 1);
    invalid(batch.submit().wait(SECONDS));
    let other = Gpu::open(None).unwrap().buffer("another's", 4).unwrap();
    let mut batch = gpu.batch();
    batch.run(&double, &[&other], 1);
    invalid(batch.submit().wait(SECONDS));
    // None of them harmed the device.
    let mut batch = gpu.batch();
    batch.read(&buffer, 0, 4);
    assert!(batch.submit().wait(SECONDS).is_ok());
}

#[test]
fn a_wait_ends() {
    let Some(gpu) = test_gpu() else { return };
    let buffer = gpu.buffer("word", 4).unwrap();
    let mut batch = gpu.batch();
    batch.read(&buffer, 0, 4);
    let done = batch.submit().wait(Duration::ZERO);
    assert!(matches!(done, Err(GpuError::Timeout { .. })), "{done:?}");
    let mut batch = gpu.batch();
    batch.read(&buffer, 0, 4);
    assert!(batch.submit().wait(SECONDS).is_ok());
}

#[test]
fn an_unknown_adapter_is_named() {
    if adapters().is_empty() {
        assert_eq!(Gpu::open(None).unwrap_err(), GpuError::NoAdapter);
        return;
    }
    for wanted in ["no such adapter", "999"] {
        match Gpu::open(Some(wanted)) {
            Err(GpuError::NoSuchAdapter { there, .. }) => assert!(!there.is_empty()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn threads_share_a_device() {
    let Some(gpu) = test_gpu() else { return };
    let double = gpu.pipeline("double", DOUBLE, "main", &[Binding::ReadWrite]).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..3u32 {
            let (gpu, double) = (gpu.clone(), double.clone());
            scope.spawn(move || {
                for round in 0..20 {
                    let buffer = gpu.buffer("words", 4).unwrap();
                    let mut batch = gpu.batch();
                    batch.write(&buffer, 0, &bytes(&[thread * 100 + round]));
                    batch.run(&double, &[&buffer], 1).read(&buffer, 0, 4);
                    let read = batch.submit().wait(SECONDS).unwrap();
                    assert_eq!(words(&read[0]), [2 * (thread * 100 + round)]);
                }
            });
        }
    });
}
