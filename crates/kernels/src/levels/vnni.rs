//! Products of levels with AVX-512 VNNI: 64 pairs of bytes per instruction.

/// Samples per vector of the second factor.
const LANES: usize = 16;

/// Four features of 16 samples.
pub(super) type Vector = [u8; 4 * LANES];

/// What makes b - 128 of b, as a signed byte, and back.
const SIGN: u8 = 0x80;

/// Whether the processor has the instructions.
pub(super) fn is_available() -> bool {
    #[cfg(target_arch = "x86_64")]
    let available = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni");
    #[cfg(not(target_arch = "x86_64"))]
    let available = false;
    available
}

/// The second factor: for each 16 rows, one vector per four features.
pub(super) fn pack(rows: &[u8], width: usize) -> Vec<Vector> {
    let fours = width.div_ceil(4);
    let mut vectors = vec![[0; 4 * LANES]; (rows.len() / width).div_ceil(LANES) * fours];
    for (at, row) in rows.chunks_exact(width).enumerate() {
        let (group, lane) = (at / LANES * fours, at % LANES);
        for (vector, four) in vectors[group..].iter_mut().zip(row.chunks(4)) {
            let out = vector[4 * lane..].iter_mut();
            out.zip(four).for_each(|(out, level)| *out = level ^ SIGN);
        }
    }
    vectors
}

/// The rows that were [`pack`]ed.
pub(super) fn unpack(vectors: &[Vector], count: usize, width: usize) -> Vec<u8> {
    let fours = width.div_ceil(4);
    let level = |k: usize| {
        let (at, feature) = (k / width, k % width);
        vectors[at / LANES * fours + feature / 4][at % LANES * 4 + feature % 4] ^ SIGN
    };
    (0..count * width).map(level).collect()
}

/// Rows of whole fours: these, or a copy with zeros after each, which any second factor may meet.
pub(super) fn padded<'a>(rows: &'a [u8], width: usize, buffer: &'a mut Vec<u8>) -> &'a [[u8; 4]] {
    let whole = width.next_multiple_of(4);
    if whole != width {
        buffer.clear();
        for row in rows.chunks_exact(width) {
            buffer.extend_from_slice(row);
            buffer.resize(buffer.len() + whole - width, 0);
        }
    }
    let (fours, _) = if whole == width { rows } else { buffer.as_slice() }.as_chunks();
    fours
}

/// `out = <a, b - 128>` for rows of `a` and `count` packed rows of `b`: (rows, count).
pub(super) fn multiply(rows: &[[u8; 4]], panel: &[Vector], count: usize, out: &mut [i32]) {
    assert!(is_available(), "vectors are packed only where their products are");
    if count == 0 || out.is_empty() {
        return;
    }
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the processor has the instructions, as just asserted.
    unsafe {
        x86::multiply(rows, panel, count, out);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (rows, panel);
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{
        _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_mask_storeu_epi32, _mm512_set1_epi32,
        _mm512_setzero_si512,
    };

    use super::{LANES, Vector};

    /// A block of 8 rows and 3 vectors: 24 sums in registers, and the panel's part fits the first
    /// level of the cache.
    const ROWS: usize = 8;
    const VECTORS: usize = 3;

    #[target_feature(enable = "avx512f,avx512vnni")]
    pub fn multiply(rows: &[[u8; 4]], panel: &[Vector], columns: usize, out: &mut [i32]) {
        let groups = columns.div_ceil(LANES);
        let fours = panel.len() / groups;
        let count = out.len() / columns;
        assert!(rows.len() == count * fours && panel.len() == groups * fours);
        assert!(out.len() == count * columns);
        for group in (0..groups).step_by(VECTORS) {
            // Past the end, the last row or group is computed again and not stored.
            let b: [&[Vector]; VECTORS] =
                std::array::from_fn(|v| &panel[(group + v).min(groups - 1) * fours..][..fours]);
            for row in (0..count).step_by(ROWS) {
                let a: [&[[u8; 4]]; ROWS] =
                    std::array::from_fn(|r| &rows[(row + r).min(count - 1) * fours..][..fours]);
                let mut sums = [[_mm512_setzero_si512(); VECTORS]; ROWS];
                for four in 0..fours {
                    let mut vectors = [_mm512_setzero_si512(); VECTORS];
                    for (vector, b) in vectors.iter_mut().zip(b) {
                        // SAFETY: `b` holds `fours` vectors.
                        *vector = unsafe { _mm512_loadu_si512(b.as_ptr().add(four).cast()) };
                    }
                    for (sums, a) in sums.iter_mut().zip(a) {
                        // SAFETY: `a` holds `fours` times four bytes.
                        let four = unsafe { *a.get_unchecked(four) };
                        let factor = _mm512_set1_epi32(i32::from_le_bytes(four));
                        for (sum, &vector) in sums.iter_mut().zip(&vectors) {
                            *sum = _mm512_dpbusd_epi32(*sum, factor, vector);
                        }
                    }
                }
                for (r, sums) in sums.iter().enumerate().take(count - row) {
                    for (v, &sum) in sums.iter().enumerate().take(groups - group) {
                        let column = (group + v) * LANES;
                        let out = &mut out[(row + r) * columns + column..];
                        let lanes = LANES.min(columns - column).min(out.len());
                        let mask = ((1_u32 << lanes) - 1) as u16;
                        // SAFETY: `out` has at least as many numbers as the mask has bits.
                        unsafe { _mm512_mask_storeu_epi32(out.as_mut_ptr(), mask, sum) };
                    }
                }
            }
        }
    }
}
