//! `ncpu gpu`: the GPUs of this machine.

use crate::Failure;
use crate::args::GpuArgs;

/// Says how to get what is missing.
#[cfg(not(feature = "gpu"))]
pub(crate) fn run(_: &GpuArgs) -> Result<(), Failure> {
    Err(Failure::start(
        "this ncpu was built without GPUs; build it with the cargo feature `gpu` (on by default)",
    ))
}

#[cfg(feature = "gpu")]
pub(crate) use present::run;

#[cfg(feature = "gpu")]
mod present {
    use super::{Failure, GpuArgs};
    use crate::output::outln;
    use ncpu_engine_gpu::lower::Doubles;
    use ncpu_gpu::{AdapterInfo, Feature, Gpu, GpuError};
    use serde_json::{Value, json};

    /// Lists the adapters.
    pub(crate) fn run(args: &GpuArgs) -> Result<(), Failure> {
        let adapters = ncpu_gpu::adapters();
        if args.json {
            let all: Vec<Value> = adapters.iter().map(value).collect();
            outln!("{:#}", Value::from(all));
        }
        if adapters.is_empty() {
            return Err(Failure::start(GpuError::NoAdapter));
        }
        if !args.json {
            adapters.iter().for_each(print);
        }
        Ok(())
    }

    fn print(adapter: &AdapterInfo) {
        let AdapterInfo { traits, .. } = adapter;
        outln!("{}  {}", adapter.index, adapter.name);
        let line = |name: &str, text: &str| outln!("   {name:12}{text}");
        line("kind", &format!("{}, {}, {}", adapter.device_type, adapter.vendor, adapter.backend));
        line("driver", &traits.driver);
        let features: Vec<&str> = adapter.features.iter().map(|feature| feature.name()).collect();
        line("features", &features.join(" "));
        line(
            "bindings",
            &format!("{} of {}", traits.max_storage_buffers, size(traits.max_binding)),
        );
        line("buffers", &size(traits.max_buffer));
        let (least, most) = traits.subgroup;
        let shared = size(traits.workgroup_memory.into());
        let (invocations, groups) = (traits.max_invocations, traits.max_workgroups);
        line(
            "workgroups",
            &format!(
                "{invocations} invocations in subgroups of {least} to {most}, {shared} shared, \
                 {groups} in a row"
            ),
        );
        let doubles: Vec<&str> = doubles(adapter).names().collect();
        match doubles.as_slice() {
            [] => line("doubles", "computed with integers"),
            names => line("doubles", &format!("native: {}", names.join(", "))),
        }
        for lack in &adapter.lacks {
            line("lacks", lack);
        }
    }

    /// What kernels let the adapter's doubles do, which takes a device on it to find out.
    fn doubles(adapter: &AdapterInfo) -> Doubles {
        let gpu = Gpu::open(Some(&adapter.index.to_string()));
        gpu.and_then(|gpu| ncpu_engine_gpu::usual_doubles(&gpu)).unwrap_or_default()
    }

    fn size(bytes: u64) -> String {
        match bytes {
            0..1024 => format!("{bytes} B"),
            1024..0x10_0000 => format!("{} KiB", bytes >> 10),
            _ => format!("{} MiB", bytes >> 20),
        }
    }

    fn value(adapter: &AdapterInfo) -> Value {
        let AdapterInfo { traits, .. } = adapter;
        let features: Vec<&str> = adapter.features.iter().copied().map(Feature::name).collect();
        json!({
            "index": adapter.index,
            "name": adapter.name,
            "vendor": adapter.vendor,
            "backend": adapter.backend,
            "driver": adapter.driver,
            "driver_info": adapter.driver_info,
            "device_type": adapter.device_type,
            "features": features,
            "native_doubles": doubles(adapter).names().collect::<Vec<_>>(),
            "limits": {
                "max_storage_binding_bytes": traits.max_binding,
                "max_buffer_bytes": traits.max_buffer,
                "max_storage_buffers_per_stage": traits.max_storage_buffers,
                "max_workgroup_storage_bytes": traits.workgroup_memory,
                "max_invocations_per_workgroup": traits.max_invocations,
                "max_workgroups_per_dimension": traits.max_workgroups,
                "subgroup_size": [traits.subgroup.0, traits.subgroup.1],
            },
            "lacks": adapter.lacks,
        })
    }
}
