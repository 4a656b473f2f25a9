//! What a reader sees of a panic in a cell.

use std::panic::PanicHookInfo;
use std::sync::Once;

/// In a notebook, lets a panic print its message and no backtrace: a cell that waits for a student's code ends in
/// `todo!()`, and evcxr sets `RUST_BACKTRACE=1` for the process of the cells. Elsewhere it does nothing.
///
/// All cells share one standard library, so what one cell sets holds for those after it.
pub fn print_one_line() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        // evcxr marks the process that runs cells so.
        if std::env::var_os("EVCXR_IS_RUNTIME").is_some() {
            std::panic::set_hook(Box::new(|panic| eprintln!("{}", line(panic))));
        }
    });
}

/// The message; of a panic outside of the cell's own code with its place.
fn line(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("panic");
    match panic.location() {
        // evcxr writes a cell into this file, at lines that the reader does not see.
        Some(place) if place.file() != "src/lib.rs" => format!("{message} ({place})"),
        _ => message.to_owned(),
    }
}
