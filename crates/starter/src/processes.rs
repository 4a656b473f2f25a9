//! Which processes there are, and what they do.

/// What the system tells of a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    pub id: i32,
    pub parent: i32,
    /// The name of its program.
    pub name: String,
    /// Its processor time so far, in whatever unit.
    pub time: String,
}

/// All processes that are not dead.
#[cfg(target_os = "linux")]
pub fn all() -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok())
        .filter_map(|entry| of_stat(&std::fs::read_to_string(entry.path().join("stat")).ok()?))
        .collect()
}

/// All processes that are not dead.
#[cfg(not(target_os = "linux"))]
pub fn all() -> Vec<Process> {
    let list = std::process::Command::new("ps").args(["-axo", COLUMNS]).output();
    let text = list.map(|list| String::from_utf8_lossy(&list.stdout).into_owned());
    text.unwrap_or_default().lines().filter_map(of_ps).collect()
}

/// A line of `/proc/../stat`: `12 (name) S 1 ..`; a name may contain blanks and brackets.
#[cfg(target_os = "linux")]
fn of_stat(text: &str) -> Option<Process> {
    let (start, rest) = text.rsplit_once(')')?;
    let (id, name) = start.split_once('(')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let [state, parent] = words.get(..2)?.try_into().ok()?;
    let time = words.get(11..13)?.join(" ");
    let (id, parent) = (id.trim().parse().ok()?, parent.parse().ok()?);
    (state != "Z").then(|| Process { id, parent, name: name.into(), time })
}

#[cfg(not(target_os = "linux"))]
const COLUMNS: &str = "pid=,ppid=,stat=,time=,comm=";

/// A line of `ps` with those columns.
#[cfg(any(test, not(target_os = "linux")))]
fn of_ps(line: &str) -> Option<Process> {
    let mut words = line.split_whitespace();
    let (id, parent) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let (state, time) = (words.next()?, words.next()?.to_owned());
    let program = words.collect::<Vec<_>>().join(" ");
    let name = program.rsplit('/').next().unwrap_or_default().to_owned();
    (!state.starts_with('Z')).then_some(Process { id, parent, name, time })
}

/// The processes below `ancestor`, in whatever depth, parents first.
pub fn below(all: &[Process], ancestor: i32) -> Vec<&Process> {
    let mut found: Vec<&Process> = all.iter().filter(|other| other.parent == ancestor).collect();
    let mut next = 0;
    while let Some(parent) = found.get(next).map(|process| process.id) {
        found.extend(all.iter().filter(|other| other.parent == parent));
        next += 1;
    }
    found
}

/// Whether the process waits for a line on its standard input, as one that runs cells does between them; `None` if
/// the system does not tell.
pub fn waits_for_a_line(id: i32) -> Option<bool> {
    // The number of the system call `read`, then its arguments, of which the first is the file.
    const READ: &str = match () {
        () if cfg!(target_arch = "x86_64") => "0",
        () if cfg!(any(target_arch = "aarch64", target_arch = "riscv64")) => "63",
        () => "3",
    };
    let text = std::fs::read_to_string(format!("/proc/{id}/syscall")).ok()?;
    let mut words = text.split_whitespace();
    Some(words.next() == Some(READ) && words.next() == Some("0x0"))
}

/// Writes a line into the error output of a process, which is evcxr's to read: it shows what the process of the cells
/// says below the cell that is running.
pub fn say(id: i32, line: &str) {
    use std::io::Write;
    let output = std::fs::File::options().write(true).open(format!("/proc/{id}/fd/2"));
    if output.is_err() || output.is_ok_and(|mut output| writeln!(output, "{line}").is_err()) {
        eprintln!("{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[cfg(target_os = "linux")]
    #[test]
    fn names_with_brackets_are_read_and_the_dead_are_left_out() {
        let line = "12 (a ) b) S 7 12 0 0 -1 4 5 6 7 8 90 21 0 0 20 0 1";
        let process = of_stat(line).unwrap();
        assert_eq!((process.id, process.parent, process.name.as_str()), (12, 7, "a ) b"));
        assert_eq!(process.time, "90 21");
        assert_eq!(of_stat(&line.replace(" S ", " Z ")), None);
        let process = of_ps("  12  7 S+   0:01.20 /usr/bin/a b").unwrap();
        assert_eq!((process.id, process.parent, process.name.as_str()), (12, 7, "a b"));
        assert_eq!(of_ps("12 7 Z 0:00 a"), None);
    }

    #[test]
    fn a_process_that_waits_for_a_line_is_told_from_one_that_sleeps() {
        let mut waits =
            Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut sleeps = Command::new("sleep").arg("60").stdin(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        let id = |child: &std::process::Child| i32::try_from(child.id()).unwrap();
        let told = [waits_for_a_line(id(&waits)), waits_for_a_line(id(&sleeps))];
        let own = i32::try_from(std::process::id()).unwrap();
        let children: Vec<i32> = below(&all(), own).iter().map(|process| process.id).collect();
        let both = children.contains(&id(&waits)) && children.contains(&id(&sleeps));
        for child in [&mut waits, &mut sleeps] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert!(both, "{children:?}");
        // Some systems do not tell.
        assert!(told == [Some(true), Some(false)] || told == [None, None], "{told:?}");
    }
}
