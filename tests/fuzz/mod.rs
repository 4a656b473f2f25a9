//! Broken files must end in an error: never in a panic, never in a wait, never in a full memory.
//!
//! Each reader gets valid files with random damage. `cargo test` runs a short pass;
//! `FUZZ_EXECUTIONS=2000000 cargo test -p tests --test faults fuzz:: -- --nocapture` a long one, which prints
//! what it took. `FUZZ_SEED` starts elsewhere. A file that breaks a reader is left in the folder that
//! the failure names; it belongs into a test of its own.

mod damage;
mod files;
// The program's own reader, which no library exports.
#[path = "../../crates/fashion-cli/src/picture.rs"]
mod picture;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use damage::Damage;
use fashion::data::{read_images, read_labels};
use tests::seal::resealed;

/// No reader needs longer for such small files, on any machine.
const HANG: Duration = Duration::from_secs(20);
const MEGABYTES: u64 = 500;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// Damages the files in turn and has `read` read each result; gives the share that it accepted.
fn fuzz(name: &str, valid: &[Vec<u8>], read: impl Fn(&Path) -> bool) -> f64 {
    let executions = setting("FUZZ_EXECUTIONS", 5_000);
    let folder = std::env::temp_dir().join(format!("fashion-fuzz-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("damaged");
    for (number, bytes) in valid.iter().enumerate() {
        std::fs::write(&path, bytes).unwrap();
        assert!(read(&path), "{name}: valid file {number} is refused, so nothing would be tested");
    }

    let mut damage = Damage::new(setting("FUZZ_SEED", 1));
    let (mut accepted, mut slowest, start) = (0_u64, Duration::ZERO, Instant::now());
    for execution in 0..executions {
        let bytes = damage.apply(&valid[execution as usize % valid.len()], valid);
        std::fs::write(&path, bytes).unwrap();
        let since = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| read(&path)));
        let took = since.elapsed();
        slowest = slowest.max(took);
        assert!(result.is_ok(), "{name}: a panic at execution {execution}; {}", path.display());
        assert!(took < HANG, "{name}: {took:?} at execution {execution}; {}", path.display());
        accepted += u64::from(result.unwrap_or(false));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    let total = start.elapsed().as_secs();
    println!(
        "{name}: {executions} executions in {total} s, {accepted} accepted, slowest {slowest:?}"
    );
    if let Some(peak) = peak_memory() {
        println!("{name}: peak memory of the process so far {peak} MB");
        assert!(peak < MEGABYTES, "{name}: {peak} MB, more than {MEGABYTES}");
    }
    accepted as f64 / executions as f64
}

/// In MB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kb| kb / 1024)
}

#[test]
fn idx_files() {
    let accepted = fuzz("images", &files::images(), |path| {
        let images = read_images(path);
        let _ = images
            .as_ref()
            .map(|images| files::assert_content(path, 16, images.as_slice().unwrap()));
        images.is_ok()
    });
    assert!(accepted < 0.9, "the damage hardly does anything: {accepted}");
    fuzz("labels", &files::labels(), |path| {
        let labels = read_labels(path);
        let _ = labels
            .as_ref()
            .map(|labels| files::assert_content(path, 8, labels.as_slice().unwrap()));
        labels.is_ok()
    });
}

/// Reads the file, and once more with a checksum that fits its content: what is behind the comparison must
/// stand damage too.
fn twice(read: impl Fn(&Path) -> bool) -> impl Fn(&Path) -> bool {
    move |path| {
        let accepted = read(path);
        match resealed(&std::fs::read(path).unwrap(), |_| {}) {
            Some(bytes) => {
                std::fs::write(path, bytes).unwrap();
                read(path) || accepted
            }
            None => accepted,
        }
    }
}

#[test]
fn model_files() {
    fuzz("models", &files::models(), twice(files::predicts));
    fuzz("machines", &files::machines(), twice(files::decides));
    fuzz("checkpoints", &files::checkpoints(), twice(files::continues));
}

/// Model files whose texts have other numbers, such as the stride of a convolution: none may make a
/// prediction write past memory, take all of it, or panic.
#[test]
fn headers_of_models() {
    let damage = RefCell::new(Damage::new(setting("FUZZ_SEED", 1)));
    let other = |file: &[u8]| {
        let edit = |text: &mut BTreeMap<String, String>| {
            for key in ["architecture", "machine"] {
                if let Some(text) = text.get_mut(key) {
                    *text = damage.borrow_mut().numbers(text);
                }
            }
        };
        resealed(file, edit).unwrap()
    };
    let (models, machines) = (files::models(), files::machines());
    let mut accepted = 0;
    let folder = std::env::temp_dir().join(format!("fashion-headers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("model");
    for execution in 0..setting("FUZZ_EXECUTIONS", 5_000) {
        std::fs::write(&path, other(&models[execution as usize % models.len()])).unwrap();
        accepted += u64::from(files::predicts(&path));
        std::fs::write(&path, other(&machines[execution as usize % machines.len()])).unwrap();
        accepted += u64::from(files::decides(&path));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    println!("headers: {accepted} accepted");
    assert!(accepted > 0, "nothing behind the checks was tested");
}

#[test]
fn notebooks_with_records() {
    let read = |path: &Path| tests::notebook::problems(path, &["A9-Q1"], "quick").is_ok();
    fuzz("notebooks", &files::notebooks(), read);
}

#[test]
fn pictures_for_the_program() {
    // A picture that was read is prepared too, and may be blank: that is an error, not a panic.
    let read = |path: &Path| {
        let Ok(prepared) =
            picture::read(path).and_then(|photo| photo.prepare().map_err(|e| e.to_string()))
        else {
            return false;
        };
        assert_eq!(prepared.pixels().len(), 784);
        assert!(prepared.pixels().iter().any(|&level| level > 0), "nothing is left of the picture");
        true
    };
    fuzz("pictures", &files::pictures(), read);
}
