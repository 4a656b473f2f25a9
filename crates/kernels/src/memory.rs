//! How much memory one computation may take, and what a program may ask of the C library's allocator.

use crate::{Error, Result};

/// The environment variable that sets the limit, in GB.
const VARIABLE: &str = "FASHION_MEMORY_GB";
/// So much may always be asked for: most of what is ever asked for is less, and asks no system.
const SMALL: u64 = 1 << 28;
/// The limit where nobody knows how much memory there is.
const UNKNOWN: u64 = if usize::BITS > 32 { 16_000_000_000 } else { 2_000_000_000 };

/// Whether `what` of so many bytes may be allocated: the one limit on memory of all crates. Without it,
/// a size that is a typing error ends the process, and with it the variables of a notebook.
///
/// The limit is `FASHION_MEMORY_GB` if that is set to a number, else the memory of this machine (or of
/// its container), else 16 GB.
///
/// # Errors
/// [`Error::Memory`], which names the limit and how to change it.
pub fn check(what: &'static str, bytes: u64) -> Result<()> {
    if bytes <= SMALL {
        return Ok(());
    }
    let limit = limit();
    if bytes <= limit { Ok(()) } else { Err(Error::Memory { what, needed: bytes, limit }) }
}

/// The bytes of numbers of type `E` along these axes; the largest `u64` if they are more.
pub fn bytes_of<E>(axes: &[usize]) -> u64 {
    axes.iter().fold(size_of::<E>() as u64, |bytes, &axis| bytes.saturating_mul(axis as u64))
}

fn limit() -> u64 {
    let set = std::env::var(VARIABLE).ok().and_then(|value| value.trim().parse::<f64>().ok());
    match set.filter(|&gigabytes| gigabytes > 0.0) {
        // A number beyond `u64` becomes the largest one.
        Some(gigabytes) => (gigabytes * 1e9) as u64,
        None => installed().unwrap_or(UNKNOWN),
    }
}

/// The memory of this machine or container, where the system tells.
fn installed() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo").and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
    });
    let container = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(container).min()
}

/// Makes the C library keep memory that is freed, for the next training step to use again. Call it
/// once, at the start of a program that trains networks.
///
/// By default glibc gives large blocks back to the system when they are freed, and every page of the
/// next block costs a fault and is cleared: together as much as a layer. dfdx allocates results and
/// gradients anew in every step, so this cannot be had by reusing buffers. The environment variables
/// `MALLOC_TRIM_THRESHOLD_`, `MALLOC_TOP_PAD_` and `MALLOC_MMAP_THRESHOLD_` do the same from outside;
/// what starts a notebook's kernel sets them. Other C libraries are left as they are.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        unsafe extern "C" {
            fn mallopt(parameter: i32, value: i32) -> i32;
        }
        /// M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD of malloc.h.
        const SETTINGS: [(i32, i32); 3] = [(-1, 1 << 30), (-2, 64 << 20), (-3, 32 << 20)];
        for (parameter, value) in SETTINGS {
            // SAFETY: mallopt takes any values and locks what it changes; a setting that it refuses
            // costs time only.
            unsafe { mallopt(parameter, value) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_machine_has_is_refused_with_the_name_of_the_limit() {
        assert_eq!(bytes_of::<f32>(&[3, 5]), 60);
        assert_eq!(bytes_of::<f64>(&[1 << 40, 1 << 40]), u64::MAX);
        assert!(check("weights", SMALL).is_ok());
        let message = check("weights", 1 << 60).unwrap_err().to_string();
        assert!(message.starts_with("weights: ") && message.contains(VARIABLE), "{message}");
    }
}
