//! Panics of wgpu and naga as values, without the panic hook's report on standard error.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether this thread's panics are caught here and need no report.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs a call into wgpu; its panic message if it panics. What it borrows is wgpu's, which keeps its
/// locks unpoisoned, or is not used after a panic.
pub(crate) fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    install();
    let before = QUIET.replace(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    QUIET.set(before);
    result.map_err(|payload| message(payload.as_ref()))
}

/// Puts a hook before the process's own, once, that stays silent for panics caught here. Replacing
/// the hook around each call instead would silence other threads and race with them.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let previous = take_hook();
        set_hook(Box::new(move |info| {
            // `try_with`: a thread may panic while its locals are being destroyed.
            if !QUIET.try_with(Cell::get).unwrap_or(false) {
                previous(info);
            }
        }));
    });
}

/// The text of a panic.
fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_string()
}
