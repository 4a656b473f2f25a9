//! evcxr, and what ends with it.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, Read, Write};
use std::os::unix::process::{CommandExt, parent_id};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal, killpg};
use nix::unistd::Pid;

use crate::compiler;
use crate::folder::{self, Folder};
use crate::interrupt::Interrupts;
use crate::links;
use crate::place::Place;
use crate::settings::{Settings, search_path};

/// The argument that makes this program the guard of a kernel.
const GUARD: &str = "--guard";
/// How often to look whether Jupyter is still there.
const LOOK: Duration = Duration::from_secs(1);

type Result<T> = std::result::Result<T, String>;

/// Does what the command line asks for.
pub fn run(arguments: Vec<OsString>) -> Result<ExitCode> {
    match arguments.as_slice() {
        [flag, folder] if flag == GUARD => {
            guard(Path::new(folder));
            Ok(ExitCode::SUCCESS)
        }
        [rustc, arguments @ ..] if compiler::is_compiler(rustc) => {
            Err(compiler::run(rustc, arguments))
        }
        [connection] => start(Path::new(connection)),
        other => Err(format!("expected one argument, the connection file, got {other:?}")),
    }
}

fn start(connection: &Path) -> Result<ExitCode> {
    let parent = parent_id();
    // Before there are threads and children; std gives children an empty mask.
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        signals.add(signal);
    }
    signals.thread_block().map_err(|error| format!("signals: {error}"))?;

    let settings = Settings::load()?;
    let place = Place::find(&settings)?;
    let folder = &place.folder.path;
    let interrupts = folder.join("interrupts");
    fs::create_dir(&interrupts)
        .map_err(|error| format!("creating {}: {error}", interrupts.display()))?;
    if let Err(error) = links::give(&settings.warm(), &folder.join("build")) {
        eprintln!(
            "What set-up has compiled cannot be used, so that the first cell takes minutes: {error}"
        );
    }
    let guard = watch(&place.folder)?;
    let mut evcxr = evcxr(&settings, &place, connection, &interrupts)?;
    let group = i32::try_from(evcxr.id()).map_err(|error| error.to_string())?;
    tell(guard, group)?;
    let mut state = Interrupts::new(evcxr.id(), &settings.program, interrupts);

    std::thread::spawn(move || {
        let code = evcxr.wait().ok().and_then(|status| status.code());
        // The guard does the rest.
        std::process::exit(code.unwrap_or(1));
    });
    // A kernel whose Jupyter was killed would compute on for ever: nobody tells it.
    std::thread::spawn(move || {
        while parent_id() == parent {
            std::thread::sleep(LOOK);
        }
        end_group(group);
        std::process::exit(1);
    });
    loop {
        match signals.wait() {
            Ok(Signal::SIGINT) => state.interrupt(),
            Ok(_) => {
                end_group(group);
                return Ok(ExitCode::FAILURE);
            }
            Err(error) => return Err(format!("waiting for signals: {error}")),
        }
    }
}

/// Starts evcxr in a process group of its own.
fn evcxr(
    settings: &Settings,
    place: &Place,
    connection: &Path,
    interrupts: &Path,
) -> Result<Child> {
    let folder = &place.folder.path;
    let connection = connection.canonicalize().unwrap_or_else(|_| connection.to_owned());
    let mut command = Command::new(&settings.program);
    command
        .arg("--control_file")
        .arg(connection)
        .process_group(0)
        .stdin(Stdio::null())
        .env("EVCXR_TMPDIR", folder)
        .env("FASHION_INTERRUPTS", interrupts)
        // At its start evcxr updates a kernel that it finds in the home folder; let it look elsewhere.
        .env("JUPYTER_PATH", folder)
        // Training allocates results and gradients anew in every step; glibc would give that memory back each time.
        .env("MALLOC_TRIM_THRESHOLD_", "1073741824")
        .env("MALLOC_TOP_PAD_", "67108864")
        .env("MALLOC_MMAP_THRESHOLD_", "33554432");
    // Cells are shared libraries; without this a cell may not find the standard library.
    let mut libraries = settings.libraries.clone().into_os_string();
    if let Some(old) = std::env::var_os("LD_LIBRARY_PATH").filter(|old| !old.is_empty()) {
        libraries.push(":");
        libraries.push(old);
    }
    command.env("LD_LIBRARY_PATH", libraries);
    if let Ok(this) = std::env::current_exe() {
        command.env("RUSTC_WORKSPACE_WRAPPER", this);
    }
    if let Some(path) = settings.tools.as_deref().and_then(search_path) {
        command.env("PATH", path);
    }
    compiler::probe(&mut command);
    if let Some(sources) = &settings.sources {
        command.env("RUST_SRC_PATH", sources);
    }
    command.envs(place.environment(settings));
    if let Some(here) = &place.working {
        command.current_dir(here);
    }
    command.spawn().map_err(|error| format!("{}: {error}", settings.program.display()))
}

/// Starts the guard, which outlives this program however it ends, and ends evcxr and its folder then.
fn watch(folder: &Folder) -> Result<Child> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let lock = folder.lock.try_clone().map_err(|error| error.to_string())?;
    Command::new(&program)
        .arg(GUARD)
        .arg(&folder.path)
        .process_group(0)
        .stdin(Stdio::piped())
        // The folder is in use as long as the guard has the lock.
        .stdout(lock)
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("{}: {error}", program.display()))
}

/// Tells the guard whom to end; its input stays open as long as this program lives.
fn tell(mut guard: Child, group: i32) -> Result<()> {
    let mut input = guard.stdin.take().ok_or("the guard has no input")?;
    writeln!(input, "{group}").map_err(|error| format!("the guard: {error}"))?;
    std::mem::forget(input);
    Ok(())
}

/// Waits for the end of the program that started it, ends the process group that it was told, and removes the folder.
fn guard(folder: &Path) {
    let mut input = std::io::BufReader::new(std::io::stdin());
    let mut line = String::new();
    let _ = input.read_line(&mut line);
    let _ = input.read_to_end(&mut Vec::new());
    if let Ok(group) = line.trim().parse() {
        end_group(group);
    }
    folder::remove(folder);
}

/// Ends all processes of a group and waits until they are gone, not for ever.
fn end_group(group: i32) {
    let end = Instant::now() + Duration::from_secs(10);
    while killpg(Pid::from_raw(group), Signal::SIGKILL).is_ok() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
}
