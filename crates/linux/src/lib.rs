//! The Linux system-call layer: processes, files, signals, time.
