//! Update rules, with Keras' formulas and defaults.
//!
//! g is the gradient of a parameter p, all operations are element by element, and state starts at 0.
//!
//! | | rule |
//! |---|---|
//! | SGD | p -= lr g |
//! | momentum μ | v = μ v - lr g; p += v |
//! | Nesterov | v = μ v - lr g; p += μ v - lr g |
//! | Adam | m += (1-β₁)(g - m); v += (1-β₂)(g² - v); p -= lr √(1-β₂ᵗ)/(1-β₁ᵗ) m / (√v + ε) |
//! | RMSprop | v = ρ v + (1-ρ) g²; p -= lr g / √(v + ε); centered: v - a² for v, with a = ρ a + (1-ρ) g |
//! | Adadelta | v = ρ v + (1-ρ) g²; d = g √(u + ε)/√(v + ε); u = ρ u + (1-ρ) d²; p -= lr d |
//!
//! Kingma and Ba (2015) for Adam, Hinton's lecture 6e for RMSprop, Zeiler (2012) for Adadelta; code to
//! compare with: `keras.optimizers` 3. dfdx keeps the learning rate out of the velocity and ε elsewhere,
//! so its configuration types are used here, and its kernels are not.

use dfdx::optim::{AdamConfig, Momentum, RMSpropConfig, SgdConfig, WeightDecay};
use fashion_kernels::update::{Decay, Rule};

use crate::{Error, Result};

/// Configuration of Adadelta, which dfdx does not have.
#[derive(Debug, Clone, Copy)]
pub struct AdadeltaConfig {
    /// The learning rate: 0.001 in Keras; 1 in the paper and in assignment A3.
    pub lr: f64,
    /// The share of the past in the running means.
    pub rho: f64,
    /// Added to the running means before their square roots.
    pub eps: f64,
    /// Weight decay, if any.
    pub weight_decay: Option<WeightDecay>,
}

impl Default for AdadeltaConfig {
    fn default() -> Self {
        Self { lr: 1e-3, rho: 0.95, eps: 1e-7, weight_decay: None }
    }
}

/// An update rule and its parameters.
///
/// The constructors take the learning rate and set the rest to Keras' defaults. Any other setting is a
/// configuration of dfdx: `Optimizer::from(SgdConfig { .. })`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Optimizer {
    /// Stochastic gradient descent.
    Sgd(SgdConfig),
    /// Adam.
    Adam(AdamConfig),
    /// RMSprop.
    RmsProp(RMSpropConfig),
    /// Adadelta.
    Adadelta(AdadeltaConfig),
}

impl Default for Optimizer {
    /// Adam with a learning rate of 0.001.
    fn default() -> Self {
        Self::adam(1e-3)
    }
}

impl Optimizer {
    /// Plain gradient descent.
    pub fn sgd(lr: f64) -> Self {
        Self::Sgd(SgdConfig { lr, momentum: None, weight_decay: None })
    }

    /// Gradient descent with momentum.
    pub fn momentum(lr: f64, momentum: f64) -> Self {
        let momentum = Some(Momentum::Classic(momentum));
        Self::Sgd(SgdConfig { lr, momentum, weight_decay: None })
    }

    /// Gradient descent with Nesterov's momentum.
    pub fn nesterov(lr: f64, momentum: f64) -> Self {
        let momentum = Some(Momentum::Nesterov(momentum));
        Self::Sgd(SgdConfig { lr, momentum, weight_decay: None })
    }

    /// Adam with β = 0.9, 0.999 and ε = 1e-7.
    pub fn adam(lr: f64) -> Self {
        Self::Adam(AdamConfig { lr, betas: [0.9, 0.999], eps: 1e-7, weight_decay: None })
    }

    /// RMSprop with ρ = 0.9 (dfdx calls it alpha) and ε = 1e-7.
    pub fn rms_prop(lr: f64) -> Self {
        Self::RmsProp(RMSpropConfig {
            lr,
            alpha: 0.9,
            eps: 1e-7,
            momentum: None,
            centered: false,
            weight_decay: None,
        })
    }

    /// Adadelta with ρ = 0.95 and ε = 1e-7.
    pub fn adadelta(lr: f64) -> Self {
        Self::Adadelta(AdadeltaConfig { lr, ..AdadeltaConfig::default() })
    }

    /// The learning rate.
    pub fn learning_rate(&self) -> f64 {
        match self {
            Self::Sgd(c) => c.lr,
            Self::Adam(c) => c.lr,
            Self::RmsProp(c) => c.lr,
            Self::Adadelta(c) => c.lr,
        }
    }

    /// The rule's name, as Keras has it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sgd(_) => "SGD",
            Self::Adam(_) => "Adam",
            Self::RmsProp(_) => "RMSprop",
            Self::Adadelta(_) => "Adadelta",
        }
    }

    /// What else pulls the parameters towards 0.
    pub(super) fn decay(&self) -> Decay {
        let decay = match self {
            Self::Sgd(c) => c.weight_decay,
            Self::Adam(c) => c.weight_decay,
            Self::RmsProp(c) => c.weight_decay,
            Self::Adadelta(c) => c.weight_decay,
        };
        match decay {
            None => Decay::None,
            Some(WeightDecay::L2(decay)) => Decay::L2(decay),
            Some(WeightDecay::Decoupled(decay)) => Decay::Decoupled(decay),
        }
    }

    /// The rule without the learning rate and the decay.
    pub(super) fn rule(&self) -> Rule {
        match *self {
            Self::Sgd(SgdConfig { momentum, .. }) => match momentum {
                None => Rule::Sgd,
                Some(Momentum::Classic(mu)) => Rule::Momentum { mu },
                Some(Momentum::Nesterov(mu)) => Rule::Nesterov { mu },
            },
            Self::Adam(AdamConfig { betas, eps, .. }) => Rule::Adam { betas, eps },
            Self::RmsProp(RMSpropConfig { alpha, eps, momentum, centered, .. }) => {
                Rule::RmsProp { rho: alpha, eps, momentum, centered }
            }
            Self::Adadelta(AdadeltaConfig { rho, eps, .. }) => Rule::Adadelta { rho, eps },
        }
    }

    /// Whether every number lies where the rule is defined.
    pub(super) fn check(&self) -> Result<()> {
        let share = |name, value: f64| {
            let valid = (0.0..1.0).contains(&value);
            if valid { Ok(()) } else { Err(Error::parameter(name, "a number in [0, 1)", value)) }
        };
        let positive = |name, value: f64| {
            let valid = value > 0.0 && value.is_finite();
            if valid { Ok(()) } else { Err(Error::parameter(name, "a number above 0", value)) }
        };
        positive("learning rate", self.learning_rate())?;
        match *self {
            Self::Sgd(SgdConfig { momentum, .. }) => match momentum {
                Some(Momentum::Classic(m) | Momentum::Nesterov(m)) => share("momentum", m),
                None => Ok(()),
            },
            Self::Adam(AdamConfig { betas, eps, .. }) => {
                share("beta 1", betas[0])?;
                share("beta 2", betas[1])?;
                positive("eps", eps)
            }
            Self::RmsProp(RMSpropConfig { alpha, eps, momentum, .. }) => {
                share("alpha", alpha)?;
                share("momentum", momentum.unwrap_or(0.0))?;
                positive("eps", eps)
            }
            Self::Adadelta(AdadeltaConfig { rho, eps, .. }) => {
                share("rho", rho)?;
                positive("eps", eps)
            }
        }
    }
}

macro_rules! from_config {
    ($($config:ty => $variant:ident),+) => {$(
        impl From<$config> for Optimizer {
            fn from(config: $config) -> Self {
                Self::$variant(config)
            }
        }
    )+};
}
from_config!(SgdConfig => Sgd, AdamConfig => Adam, RMSpropConfig => RmsProp, AdadeltaConfig => Adadelta);
