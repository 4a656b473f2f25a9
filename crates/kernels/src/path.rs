//! Which instructions the kernels use.

use crate::{Error, Result};

/// A choice of kernels for `f32` convolutions; `f64` always takes the portable ones.
///
/// The environment variable `FASHION_KERNELS` (`portable`, `avx2` or `avx512`) decides for `Auto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kernels {
    /// The fastest that this processor can run.
    #[default]
    Auto,
    /// This one, or an error if the processor cannot run it.
    Force(InstructionSet),
}

/// A set of kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstructionSet {
    /// Plain Rust, for every processor.
    Portable,
    /// 8 numbers at a time: x86-64 with AVX2 and FMA.
    Avx2,
    /// 16 numbers at a time: x86-64 with AVX-512 F, BW, DQ and VL (x86-64-v4).
    Avx512,
}

impl InstructionSet {
    /// Every set of kernels, slowest first.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// Whether this processor can run it.
    pub fn is_available(self) -> bool {
        match self {
            Self::Portable => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// The name that `FASHION_KERNELS` takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }
}

impl Kernels {
    /// The path to take.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the processor cannot run it or `FASHION_KERNELS` is no name.
    pub fn path(self) -> Result<InstructionSet> {
        let forced = match self {
            Self::Force(path) => Some(path),
            Self::Auto => match std::env::var("FASHION_KERNELS") {
                Err(_) => None,
                Ok(name) => {
                    let known = InstructionSet::ALL.into_iter().find(|path| path.name() == name);
                    Some(known.ok_or_else(|| {
                        Error::parameter("FASHION_KERNELS", "portable, avx2 or avx512", name)
                    })?)
                }
            },
        };
        let usable = || InstructionSet::ALL.into_iter().filter(|path| path.is_available());
        match forced {
            Some(path) if path.is_available() => Ok(path),
            Some(path) => Err(Error::parameter(
                "kernels",
                format!("one that this processor can run: {:?}", usable().collect::<Vec<_>>()),
                path,
            )),
            None => Ok(usable().next_back().unwrap_or(InstructionSet::Portable)),
        }
    }
}

/// Declares functions of plain loops that are compiled once per path, so that the compiler can turn the
/// loops into each path's vector instructions; the path becomes their first argument. Results do not
/// depend on it, because the compiler keeps the order of floating-point operations and fuses none.
macro_rules! for_every_path {
    ($($(#[$meta:meta])* $visibility:vis fn $name:ident $(<$element:ident: $bound:ident>)? (
        $($argument:ident: $type:ty),* $(,)?
    ) $(-> $result:ty)? $body:block)*) => {$(
        $(#[$meta])*
        $visibility fn $name $(<$element: $bound>)? (
            path: InstructionSet,
            $($argument: $type),*
        ) $(-> $result)? {
            #[inline(always)]
            fn portable $(<$element: $bound>)? ($($argument: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2 $(<$element: $bound>)? ($($argument: $type),*) $(-> $result)? {
                portable($($argument),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
            fn avx512 $(<$element: $bound>)? ($($argument: $type),*) $(-> $result)? {
                portable($($argument),*)
            }

            match path {
                // SAFETY: the processor has the instructions, as is checked here.
                #[cfg(target_arch = "x86_64")]
                InstructionSet::Avx512 if path.is_available() => unsafe { avx512($($argument),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                InstructionSet::Avx2 if path.is_available() => unsafe { avx2($($argument),*) },
                _ => portable($($argument),*),
            }
        }
    )*};
}
pub(crate) use for_every_path;
