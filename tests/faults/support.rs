//! Folders, moments and programs for the tests of faults.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A folder that is removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty folder below the build folder, as a checkout's are.
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("faults-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of the files in `name`, in order; none if there is no such folder.
    pub fn names(&self, name: &str) -> Vec<String> {
        let entries = self.0.join(name).read_dir().into_iter().flatten().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How often to kill a program: `FAULT_KILLS`, or `few`.
pub fn kills(few: u32) -> u32 {
    std::env::var("FAULT_KILLS").ok().and_then(|value| value.parse().ok()).unwrap_or(few)
}

/// Random moments between 0 and `longest`; the seed is the clock, and is printed.
pub struct Moments(u64, Duration);

impl Moments {
    pub fn until(longest: Duration) -> Self {
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
        println!("moments from seed {seed}, up to {longest:?}");
        Self(seed, longest)
    }

    pub fn next(&mut self) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.1.mul_f64((self.0 >> 40) as f64 / (1u64 << 24) as f64)
    }
}

/// Sends SIGKILL after `wait`, unless the program has ended; gives whether it was killed.
pub fn kill_after(program: &mut Child, wait: Duration) -> bool {
    let end = Instant::now() + wait;
    while Instant::now() < end {
        if program.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    program.kill().unwrap();
    !program.wait().unwrap().success()
}

/// `cargo xtask`, as the program itself, in another checkout.
pub fn xtask(checkout: &Path) -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--package", "xtask", "--message-format=json"]);
        let output = build.current_dir(tests::root()).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        let messages = String::from_utf8(output.stdout).unwrap();
        let built = |line: &str| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            message["executable"].as_str().map(PathBuf::from)
        };
        messages.lines().find_map(built).expect("the program xtask")
    });
    let mut command = Command::new(program);
    // As cargo sets it: this is where the program looks for its checkout.
    command.env("CARGO_MANIFEST_DIR", checkout.join("crates/xtask"));
    command
}

/// A folder that `cargo xtask` takes for a checkout.
pub fn checkout(name: &str) -> Folder {
    let folder = Folder::new(name);
    std::fs::create_dir_all(folder.join("crates/xtask")).unwrap();
    std::fs::create_dir_all(folder.join("data")).unwrap();
    let list = "environment.yml";
    std::fs::copy(tests::root().join(list), folder.join(list)).unwrap();
    folder
}

/// Everything that a program printed.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}
