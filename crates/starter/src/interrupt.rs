//! What an interrupt reaches.
//!
//! A long computation of the helper crate, or a loop that asks `interrupted()`, has a file `listening-PROCESS-..` in
//! the kernel's folder `interrupts` (`crates/base/src/interrupt.rs`). To interrupt it is to rename the file to
//! `asked-..`. A file and no signal: every cell has a copy of the crate's statics, and a handler that one of them
//! had left behind would swallow the interrupt of the next.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::processes::{self, Process};

/// Said when a cell that does not listen is ended. The entry is JupyterLab's; Jupyter Notebook has the same.
const ENDED: &str = "Interrupted: the cell did not look for an interrupt, so the process that runs the cells was \
     ended, and its variables are gone. \"Run > Run All Above Selected Cell\" brings everything back.";
/// Said when a compilation is ended: in the compiler's form, which evcxr shows as the cell's error. Without an error
/// of the compiler it would show all that cargo has written, some hundred thousand characters.
const NOT_COMPILED: &str =
    r#"{"level":"error","message":"interrupted before the cell ran: all variables are kept"}"#;

/// Said when an interrupt comes while what it would end has been asked to end.
const ASKED: &str = "This computation has been asked to end and is not there yet. Two interrupts within two seconds \
     end it, and lose all variables.";

/// A second interrupt within this time ends a cell that listens but does not come to its end.
const AGAIN: Duration = Duration::from_secs(2);
/// Between two computations nothing listens: only a cell that is deaf this long is ended.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long to wait for evcxr while it computes itself, as it does before it compiles a cell: on a busy machine it
/// takes long to find out about types.
const THINKING: Duration = Duration::from_secs(120);
/// After a compilation that fails, evcxr compiles the cell once more, in another form, to see a better message.
const RETRY: Duration = Duration::from_secs(1);
/// The time that evcxr has to read what the process of the cells says before its end.
const READ: Duration = Duration::from_millis(100);
/// It is idle when it has not been seen computing for this long: a busy machine may not let it, at each look.
const IDLE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(20);

/// What interrupts have been asked of a kernel.
pub struct Interrupts {
    evcxr: i32,
    /// The name of evcxr's program, which runs the cells too.
    program: String,
    folder: PathBuf,
    last: Option<Instant>,
}

/// What there is to interrupt.
enum Found {
    /// Processes below evcxr that are none of the cells': a compiler, or a command of a line `!..`.
    Tools(Vec<Process>),
    /// Computations in the process of the cells that listen.
    Listening(Vec<PathBuf>),
    /// Some that have been asked and are not yet at their end.
    Asked(i32),
    /// A process that runs a cell which does not listen.
    Deaf,
    /// A process that waits for a cell.
    Idle,
}

impl Interrupts {
    /// Of the evcxr with this number, started from `program`, whose cells listen in `folder`.
    pub fn new(evcxr: u32, program: &Path, folder: PathBuf) -> Self {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        // Linux keeps 15 bytes of a name.
        let program = name.chars().take(15).collect();
        Self { evcxr: i32::try_from(evcxr).unwrap_or(i32::MAX), program, folder, last: None }
    }

    /// Interrupts what the kernel does, and keeps the variables if it can be.
    pub fn interrupt(&mut self) {
        let again = self.last.is_some_and(|last| last.elapsed() < AGAIN);
        let start = Instant::now();
        self.last = Some(start);
        let (mut seen_computing, mut not_compiled) = (start, None::<Instant>);
        loop {
            let all = processes::all();
            match self.look(&all) {
                Found::Tools(tools) => {
                    let mut compilers = tools.iter().filter(|tool| tool.name == "cargo").peekable();
                    let once_more = compilers.peek().is_some() && not_compiled.is_none();
                    compilers.for_each(|cargo| processes::say(cargo.id, NOT_COMPILED));
                    tools.iter().for_each(|tool| end(tool.id));
                    if !once_more {
                        return;
                    }
                    not_compiled = Some(Instant::now());
                }
                _ if not_compiled.is_some_and(|since| since.elapsed() > RETRY) => return,
                _ if not_compiled.is_some() => {}
                Found::Listening(files) if !again => {
                    return files.iter().for_each(|file| ask(file));
                }
                Found::Asked(cells) if !again => return processes::say(cells, ASKED),
                Found::Deaf if start.elapsed() < PATIENCE => {}
                Found::Listening(_) | Found::Asked(_) | Found::Deaf => {
                    return self.end_cells(&all);
                }
                Found::Idle if start.elapsed() < THINKING && self.thinks(&all) => {
                    seen_computing = Instant::now();
                }
                Found::Idle if seen_computing.elapsed() < IDLE => {}
                Found::Idle => return,
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn end_cells(&self, all: &[Process]) {
        if let Some(cells) = self.cells(all) {
            processes::say(cells, ENDED);
            std::thread::sleep(READ);
            end(cells);
        }
    }

    /// The process that runs the cells: evcxr's child from the same program.
    fn cells(&self, all: &[Process]) -> Option<i32> {
        let is_it = |other: &&Process| other.parent == self.evcxr && other.name == self.program;
        all.iter().find(is_it).map(|process| process.id)
    }

    fn look(&self, all: &[Process]) -> Found {
        let cells = self.cells(all);
        let children = all.iter().filter(|other| other.parent == self.evcxr);
        let tools: Vec<Process> = children
            .filter(|child| Some(child.id) != cells)
            .flat_map(|child| std::iter::once(child).chain(processes::below(all, child.id)))
            .cloned()
            .collect();
        if !tools.is_empty() {
            return Found::Tools(tools);
        }
        let Some(cells) = cells else { return Found::Idle };
        let listening = self.files(&format!("listening-{cells}-"));
        if !listening.is_empty() {
            return Found::Listening(listening);
        }
        if !self.is_busy(cells, all) {
            Found::Idle
        } else if self.files(&format!("asked-{cells}-")).is_empty() {
            Found::Deaf
        } else {
            Found::Asked(cells)
        }
    }

    fn files(&self, start: &str) -> Vec<PathBuf> {
        let entries = self.folder.read_dir().into_iter().flatten().flatten();
        let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(start));
        named.map(|entry| entry.path()).collect()
    }

    fn is_busy(&self, cells: i32, all: &[Process]) -> bool {
        processes::waits_for_a_line(cells).map_or_else(|| computes(cells, all), |waits| !waits)
    }

    /// evcxr reads a cell, and finds out about types, in its own process before it calls the compiler.
    fn thinks(&self, all: &[Process]) -> bool {
        computes(self.evcxr, all)
    }
}

/// Whether a process uses time now.
fn computes(id: i32, before: &[Process]) -> bool {
    let time = |all: &[Process]| all.iter().find(|other| other.id == id).map(|it| it.time.clone());
    std::thread::sleep(Duration::from_millis(100));
    time(before) != time(&processes::all())
}

/// A computation that has come to its end in the meantime needs no interrupt.
fn ask(listening: &Path) {
    let name = listening.file_name().unwrap_or_default().to_string_lossy();
    let _ = std::fs::rename(
        listening,
        listening.with_file_name(name.replacen("listening", "asked", 1)),
    );
}

/// A process that has ended in the meantime is no failure.
fn end(process: i32) {
    let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
}
