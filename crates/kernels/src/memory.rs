//! What a program may ask of the C library's allocator.

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
