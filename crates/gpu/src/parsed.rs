//! Long kernels as naga has parsed them, kept on disk: its WGSL front end takes time that grows with the square
//! of a function's length, half a second for an interpreter. wgpu validates what is kept as it validates what it
//! parses itself, and adds the same checks to it.

use crate::kept::Kept;
use std::borrow::Cow;

/// Shorter texts are parsed at once.
const LONG: usize = 1 << 16;
/// naga's version, whose modules are kept.
const VERSION: &str = "naga 30.0.1\n";

/// The source of a kernel for wgpu: parsed if the text is long.
pub(crate) fn source<'a>(kept: &Kept, wgsl: &'a str) -> wgpu::ShaderSource<'a> {
    let module = (wgsl.len() >= LONG).then(|| module(kept, wgsl)).flatten();
    match module {
        Some(module) => wgpu::ShaderSource::Naga(Cow::Owned(module)),
        // If it is wrong wgpu says so, and where.
        None => wgpu::ShaderSource::Wgsl(wgsl.into()),
    }
}

/// What a text means, from disk if it is there; nothing if it is wrong.
fn module(kept: &Kept, wgsl: &str) -> Option<naga::Module> {
    let key = [VERSION, wgsl].concat().into_bytes();
    if let Some(module) = kept.load(&key).and_then(|bytes| postcard::from_bytes(&bytes).ok()) {
        return Some(module);
    }
    let module = parse(wgsl)?;
    if let Ok(bytes) = postcard::to_allocvec(&module) {
        kept.store(&key, &bytes);
    }
    Some(module)
}

fn parse(wgsl: &str) -> Option<naga::Module> {
    // What the device lacks validation finds.
    let mut options = naga::front::wgsl::Options::new();
    options.capabilities = naga::valid::Capabilities::all();
    naga::front::wgsl::Frontend::new_with_options(options).parse(wgsl).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
        struct both { low: u64, high: u32 }
        @group(0) @binding(0) var<storage, read_write> words: array<u64>;
        @group(0) @binding(1) var<storage, read_write> counts: array<atomic<u32>>;
        var<workgroup> shared_words: array<u32, 64>;
        fn f(a: u64, b: u32) -> both { return both(a << (b & 63u), b + 1u); }
        @compute @workgroup_size(64)
        fn main(@builtin(global_invocation_id) id: vec3<u32>) {
            var n = f(words[id.x], id.x);
            loop {
                if n.high > 9u { break; }
                switch n.high { case 1u, 2u: { n = f(n.low, 3u); } default: { n.high *= 2u; } }
            }
            shared_words[id.x % 64u] = atomicAdd(&counts[n.high], 1u);
            workgroupBarrier();
            words[id.x] = select(n.low, u64(shared_words[0]), bitcast<i64>(n.low) < 0li);
        }";

    /// A module as text, but for places in the source, which only messages need.
    fn text_of(module: &naga::Module) -> String {
        let text = format!("{module:?}");
        let pieces = text.split("Span {").enumerate();
        let after = |(n, piece): (usize, &str)| match piece.split_once('}') {
            Some((_, rest)) if n > 0 => rest.to_string(),
            _ => piece.to_string(),
        };
        pieces.map(after).collect()
    }

    #[test]
    fn a_kept_module_is_the_same() {
        let parsed = parse(TEXT).unwrap();
        let bytes = postcard::to_allocvec(&parsed).unwrap();
        let kept: naga::Module = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(text_of(&parsed), text_of(&kept));
    }

    #[test]
    fn modules_are_of_the_version_that_reads_them() {
        let version = VERSION.trim().trim_start_matches("naga ");
        let asked = format!("naga = {{ version = \"={version}\"");
        assert!(include_str!("../Cargo.toml").contains(&asked), "{asked}");
    }

    #[test]
    fn a_wrong_text_is_left_to_wgpu() {
        let text = format!("fn main( {{ // {}", "-".repeat(LONG));
        let source = source(&Kept::default(), &text);
        assert!(matches!(source, wgpu::ShaderSource::Wgsl(_)));
    }
}
