//! Kernel functions, as the user names them and as they are computed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The factor on distances or products inside a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Gamma {
    /// A positive number.
    Value(f64),
    /// scikit-learn's `"scale"`: 1 / (features * variance of all entries).
    Scale,
    /// scikit-learn's `"auto"`: 1 / features.
    Auto,
}

impl From<f64> for Gamma {
    fn from(value: f64) -> Self {
        Self::Value(value)
    }
}

/// A kernel function `K(x, z)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Kernel {
    /// `<x, z>`
    Linear,
    /// `exp(-gamma |x - z|^2)`
    Rbf {
        /// Inverse squared length scale.
        gamma: Gamma,
    },
    /// `(gamma <x, z> + coef0)^degree`
    Polynomial {
        /// The power, 1 to 30.
        degree: u32,
        /// The factor on the product.
        gamma: Gamma,
        /// The constant that is added.
        coef0: f64,
    },
}

impl Kernel {
    /// The radial kernel with `gamma` as a number, [`Gamma::Scale`] or [`Gamma::Auto`].
    pub fn rbf(gamma: impl Into<Gamma>) -> Self {
        Self::Rbf { gamma: gamma.into() }
    }

    /// The linear kernel.
    pub fn linear() -> Self {
        Self::Linear
    }

    /// The polynomial kernel.
    pub fn polynomial(degree: u32, gamma: impl Into<Gamma>, coef0: f64) -> Self {
        Self::Polynomial { degree, gamma: gamma.into(), coef0 }
    }

    /// The same kernel with gamma as a number; `variance` gives that of all entries of the features.
    pub(crate) fn resolve(self, width: usize, variance: impl Fn() -> f64) -> Self {
        let number = |gamma| {
            Gamma::Value(match gamma {
                Gamma::Value(value) => value,
                Gamma::Auto => 1.0 / width as f64,
                Gamma::Scale => match variance() {
                    // scikit-learn's choice for constant features.
                    0.0 => 1.0,
                    variance => 1.0 / (width as f64 * variance),
                },
            })
        };
        match self {
            Self::Linear => Self::Linear,
            Self::Rbf { gamma } => Self::Rbf { gamma: number(gamma) },
            Self::Polynomial { degree, gamma, coef0 } => {
                Self::Polynomial { degree, gamma: number(gamma), coef0 }
            }
        }
    }

    /// Distances do not change when all samples move by the same vector; products do.
    pub(crate) fn depends_on_distance_only(self) -> bool {
        matches!(self, Self::Rbf { .. })
    }

    pub(crate) fn check(self) -> Result<()> {
        if let Self::Rbf { gamma: Gamma::Value(gamma) }
        | Self::Polynomial { gamma: Gamma::Value(gamma), .. } = self
            && !(gamma > 0.0 && gamma.is_finite())
        {
            return Err(Error::parameter("gamma", "a positive number", gamma));
        }
        if let Self::Polynomial { degree, coef0, .. } = self {
            if !(1..=30).contains(&degree) {
                return Err(Error::parameter("degree", "1 to 30", degree));
            }
            if !coef0.is_finite() {
                return Err(Error::parameter("coef0", "a finite number", coef0));
            }
        }
        Ok(())
    }
}

impl Gamma {
    /// The number, which every fitted kernel has; not a number for [`Self::Scale`] and [`Self::Auto`],
    /// which become one in a fit.
    pub fn value(self) -> f64 {
        match self {
            Self::Value(value) => value,
            Self::Scale | Self::Auto => f64::NAN,
        }
    }
}

impl fmt::Display for Gamma {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => write!(f, "{value}"),
            Self::Scale => f.write_str("scale"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Linear => f.write_str("linear"),
            Self::Rbf { gamma } => write!(f, "RBF, gamma {gamma}"),
            Self::Polynomial { degree, gamma, coef0 } => {
                write!(f, "polynomial, degree {degree}, gamma {gamma}, coef0 {coef0}")
            }
        }
    }
}
