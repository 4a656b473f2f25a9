//! `cargo xtask`: two at once, and without a network.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{checkout, said, xtask};

/// The first command waits for a mirror that never answers.
#[test]
fn a_second_command_says_whom_it_waits_for_and_goes_on_when_the_first_is_killed() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = checkout("two");
    let data = |mirror: String| {
        let mut command = xtask(&folder.join("."));
        command.arg("data").env("FASHION_MNIST_MIRROR", mirror).env("no_proxy", "*");
        // Without apt, so that nothing is fetched in the end.
        command.env("FASHION_MNIST_DIR", folder.join("data/fashion-mnist"));
        command.env("PATH", python_only(&folder)).stdout(Stdio::piped());
        command
    };
    let mut first = data(format!("http://{}/", silent.local_addr().unwrap())).spawn().unwrap();
    let _asked = silent.accept().unwrap();
    let mut second = data("file:///nowhere/".into()).spawn().unwrap();
    let mut lines = BufReader::new(second.stdout.take().unwrap()).lines().map(Result::unwrap);
    let waits = lines.next().unwrap();
    let holder = format!("(process {}: data); waiting", first.id());
    assert!(waits.starts_with("Another `cargo xtask` works") && waits.contains(&holder), "{waits}");
    assert!(second.try_wait().unwrap().is_none());

    first.kill().unwrap();
    first.wait().unwrap();
    let rest: Vec<String> = lines.collect();
    assert!(second.wait().unwrap().success(), "{rest:?}");
    assert!(rest.join("\n").contains("no source of the data was reached"), "{rest:?}");
    assert_eq!(folder.names("data"), [""; 0], "what the dead left is gone");
}

/// A server that answers the first request with `first` and then with what `more` writes, until the other
/// side has gone; gives its address and the thread, which ends then.
fn server(
    mut more: impl FnMut(&mut std::net::TcpStream) -> std::io::Result<()> + Send + 'static,
) -> (String, std::thread::JoinHandle<()>) {
    use std::io::Write;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut line = String::new();
        let mut asked = BufReader::new(stream.try_clone().unwrap());
        while asked.read_line(&mut line).is_ok_and(|_| !line.trim().is_empty()) {
            line.clear();
        }
        let head = b"HTTP/1.0 200 OK\r\nContent-Type: application/gzip\r\n\r\n";
        if stream.write_all(head).is_ok() {
            while more(&mut stream).is_ok() {}
        }
    });
    (address, thread)
}

fn fetching(folder: &crate::support::Folder, mirror: String) -> Command {
    let mut command = xtask(&folder.join("."));
    command.arg("data").env("FASHION_MNIST_MIRROR", mirror).env("no_proxy", "*");
    command.env("FASHION_MNIST_DIR", folder.join("data/fashion-mnist"));
    command.env("PATH", python_only(folder)).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_mirror_that_sends_without_end_is_given_up() {
    use std::io::Write;
    let folder = checkout("endless");
    let piece = vec![0; 1 << 20];
    let (mirror, thread) = server(move |stream| stream.write_all(&piece));
    let output = fetching(&folder, mirror).output().unwrap();
    assert!(said(&output).contains("expected at most 64 MB"), "{}", said(&output));
    thread.join().unwrap();
    assert_eq!(folder.names("data"), [""; 0], "nothing is left");
}

#[test]
fn the_fetcher_of_a_command_that_was_killed_ends_too() {
    use std::io::Write;
    let folder = checkout("orphan");
    let (tell, asked) = std::sync::mpsc::channel();
    let (mirror, thread) = server(move |stream| {
        // Nobody listens after the first time.
        let _ = tell.send(());
        std::thread::sleep(Duration::from_millis(50));
        stream.write_all(b"x")
    });
    let mut command = fetching(&folder, mirror).spawn().unwrap();
    asked.recv().unwrap();
    command.kill().unwrap();
    command.wait().unwrap();
    // It ends when nobody takes the bytes any more.
    thread.join().unwrap();
}

/// A folder with Python alone.
fn python_only(folder: &crate::support::Folder) -> std::path::PathBuf {
    let programs = folder.join("programs");
    // Not the first one on the search path: that may be a script which needs others.
    let print = "import sys; print(sys.executable)";
    let python = Command::new("python3").args(["-c", print]).output().unwrap();
    let python = String::from_utf8(python.stdout).unwrap();
    if std::fs::create_dir(&programs).is_ok() {
        std::os::unix::fs::symlink(python.trim(), programs.join("python3")).unwrap();
    }
    programs
}

#[test]
fn a_first_set_up_without_a_network_says_at_once_what_is_missing() {
    let isolated = ["--map-root-user", "--net"];
    let possible = Command::new("unshare").args(isolated).arg("true").status();
    if !possible.is_ok_and(|status| status.success()) {
        tests::skipped("this system lets no user make a namespace without a network");
        return;
    }
    let folder = checkout("offline");
    let inside = xtask(&folder.join("."));
    let begin = Instant::now();
    let output = Command::new("unshare")
        .args(isolated)
        .arg(inside.get_program())
        .args(["run", "A1"])
        .env("CARGO_MANIFEST_DIR", folder.join("crates/xtask"))
        .env_remove("CONDA_PREFIX")
        .output()
        .unwrap();
    let message = said(&output);
    assert!(!output.status.success(), "{message}");
    assert!(message.contains("Missing: Python environment; "), "{message}");
    assert!(message.contains("set-up step 2 (Python environment): "), "{message}");
    assert!(message.contains("What to do: connect this machine to the network"), "{message}");
    assert!(begin.elapsed() < Duration::from_secs(120), "{message}");
}
