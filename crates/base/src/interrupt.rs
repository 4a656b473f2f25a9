//! Ending a long computation early without losing what there is.
//!
//! In a notebook, the program that starts the kernel (`crates/starter`) names a folder in the variable
//! `FASHION_INTERRUPTS`. A computation that listens has a file there, `listening-PROCESS-..`; Jupyter's interrupt
//! reaches the starter, which renames the file to `asked-..`, and the computation finds that out. Elsewhere nothing
//! listens, and an interrupt does what the system does.
//!
//! A file, and no signal or flag in memory: each notebook cell links its own copy of this crate's statics, so a
//! signal handler that one cell has left behind would swallow the interrupt of the next. The file of a computation is
//! its own, and goes with it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::SystemTime;

use crate::time::Stopwatch;
use crate::{Error, Result};

/// The folder in which computations listen.
pub const VARIABLE: &str = "FASHION_INTERRUPTS";

/// How often to look whether the file is still there, in milliseconds.
const EVERY: u64 = 20;

/// A file that an interrupt renames.
#[derive(Debug)]
struct Ear {
    path: PathBuf,
    asked: PathBuf,
}

impl Ear {
    /// None outside of a notebook.
    fn new() -> Option<Self> {
        let folder = folder()?;
        let name = own_name();
        let ear = Self {
            path: folder.join(format!("listening-{name}")),
            asked: folder.join(format!("asked-{name}")),
        };
        std::fs::write(&ear.path, "").ok()?;
        Some(ear)
    }

    fn is_asked(&self) -> bool {
        matches!(self.path.try_exists(), Ok(false))
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        // Only one of them is there.
        let _ = std::fs::remove_file(&self.path);
        let _ = std::fs::remove_file(&self.asked);
    }
}

fn folder() -> Option<PathBuf> {
    std::env::var_os(VARIABLE).map(PathBuf::from).filter(|folder| folder.is_dir())
}

/// Of this process, and of nothing else in it: other cells have other counters.
fn own_name() -> String {
    let moment = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{:x}-{count}", std::process::id(), moment.as_nanos())
}

/// No computation listens, one does, or it has been asked to end.
const DEAF: u8 = 0;
const LISTENING: u8 = 1;
const ASKED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(DEAF);
/// When the file was looked for, in milliseconds since `START`.
static LOOKED: AtomicU64 = AtomicU64::new(0);
static START: LazyLock<Stopwatch> = LazyLock::new(Stopwatch::start);
/// How many computations listen, each inside another or beside it, and their common file.
static CALLS: Mutex<(usize, Option<Ear>)> = Mutex::new((0, None));

/// A computation that listens, from [`listen`] until this is dropped.
#[derive(Debug)]
#[must_use = "listening ends when this is dropped"]
pub struct Listening(());

/// Begins to listen: from now on an interrupt makes [`is_asked`] true. A computation inside another one shares its
/// interrupt. Costs two operations on a file, and nothing outside of a notebook.
pub fn listen() -> Listening {
    let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
    calls.0 += 1;
    if calls.0 == 1 {
        calls.1 = Ear::new();
        let state = if calls.1.is_some() { LISTENING } else { DEAF };
        STATE.store(state, Ordering::Relaxed);
    }
    Listening(())
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
        calls.0 -= 1;
        if calls.0 == 0 {
            STATE.store(DEAF, Ordering::Relaxed);
            calls.1 = None;
        }
    }
}

/// Whether the computation that listens is to end. Costs nanoseconds.
pub fn is_asked() -> bool {
    match STATE.load(Ordering::Relaxed) {
        DEAF => false,
        ASKED => true,
        _ => look(),
    }
}

fn look() -> bool {
    let now = START.elapsed().as_millis() as u64;
    if now < LOOKED.load(Ordering::Relaxed) + EVERY {
        return false;
    }
    LOOKED.store(now, Ordering::Relaxed);
    let calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
    let asked = calls.1.as_ref().is_some_and(Ear::is_asked);
    if asked {
        STATE.store(ASKED, Ordering::Relaxed);
    }
    asked
}

/// Ends a computation that has been asked to end.
///
/// # Errors
/// [`Error::Interrupted`] with `what`, the computation's name.
pub fn check(what: &'static str) -> Result<()> {
    if is_asked() { Err(Error::Interrupted { what }) } else { Ok(()) }
}

/// Whether the reader has pressed Jupyter's stop button (Kernel > Interrupt Kernel) since this was asked first, or
/// since it was last answered with yes. A loop that asks in each turn can end with what it has, and every variable
/// stays; one that never asks is ended from outside, and all variables with it.
///
/// ```
/// use fashion_base::interrupt::interrupted;
///
/// let mut sum = 0.0;
/// for n in 1..=1_000_000 {
///     if interrupted() {
///         break;
///     }
///     sum += 1.0 / f64::from(n);
/// }
/// assert!(sum > 14.0);
/// ```
///
/// Outside of a notebook the answer is no. Training, searching and the other long computations of this crate listen
/// by themselves.
pub fn interrupted() -> bool {
    static OWN: Mutex<Option<(Ear, u64)>> = Mutex::new(None);
    let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
    let now = || START.elapsed().as_millis() as u64;
    match own.as_mut() {
        None => {
            *own = Ear::new().map(|ear| (ear, now()));
            false
        }
        Some((_, looked)) if now() < *looked + EVERY => false,
        Some((ear, looked)) => {
            *looked = now();
            let asked = ear.is_asked();
            if asked {
                *own = None;
            }
            asked
        }
    }
}

/// The mark of a result that was interrupted. It is in the notebook's process as long as the result, or a copy of
/// it, is: answers do not hold meanwhile.
#[derive(Debug, Clone)]
pub struct Unfinished(#[expect(dead_code, reason = "it counts by being there")] Arc<Mark>);

#[derive(Debug)]
struct Mark(Option<PathBuf>);

impl Unfinished {
    /// A new mark.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "no result is unfinished by default")]
    pub fn new() -> Self {
        let path = folder().map(|folder| folder.join(format!("unfinished-{}", own_name())));
        let path = path.filter(|path| std::fs::write(path, "").is_ok());
        Self(Arc::new(Mark(path)))
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Two results that were interrupted differ in what they hold, not in their marks.
impl PartialEq for Unfinished {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Whether any variable of the notebook holds a result that was interrupted.
pub fn holds_unfinished() -> bool {
    folder().is_some_and(|folder| holds(&folder, std::process::id()))
}

fn holds(folder: &Path, process: u32) -> bool {
    let start = format!("unfinished-{process}-");
    let mut entries = folder.read_dir().into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().starts_with(&start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_of_a_notebook_nothing_listens() {
        let _listening = listen();
        assert!(!is_asked() && !interrupted() && !holds_unfinished());
        assert!(check("this test").is_ok());
        let mark = Unfinished::new();
        assert_eq!(mark, mark.clone());
    }

    #[test]
    fn marks_of_other_processes_do_not_count() {
        let folder = std::env::temp_dir().join(format!("fashion-marks-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("unfinished-12-a"), "").unwrap();
        std::fs::write(folder.join("listening-1-a"), "").unwrap();
        assert!(holds(&folder, 12) && !holds(&folder, 1));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
