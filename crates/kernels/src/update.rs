//! The update rules of the optimizers, element by element.

use crate::Float;
use crate::path::{InstructionSet, for_every_path};
use crate::threads::for_each_of;

/// An update rule and its numbers; [`step`] has the formulas.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// p -= lr g
    Sgd,
    /// v = mu v - lr g; p += v
    Momentum {
        /// The share of the velocity that is kept.
        mu: f64,
    },
    /// v = mu v - lr g; p += mu v - lr g
    Nesterov {
        /// The share of the velocity that is kept.
        mu: f64,
    },
    /// m += (1-b1) (g - m); v += (1-b2) (g^2 - v); p -= lr sqrt(1-b2^t)/(1-b1^t) m / (sqrt(v) + eps)
    Adam {
        /// b1 and b2, the shares of the past in the running means.
        betas: [f64; 2],
        /// Added to the square root.
        eps: f64,
    },
    /// v = rho v + (1-rho) g^2; p -= lr g / sqrt(v + eps)
    RmsProp {
        /// The share of the past in the running means.
        rho: f64,
        /// Added under the square root.
        eps: f64,
        /// The share of the velocity that is kept, if there is one.
        momentum: Option<f64>,
        /// Whether v - a^2 takes the place of v, with a = rho a + (1-rho) g.
        centered: bool,
    },
    /// v = rho v + (1-rho) g^2; d = g sqrt(u + eps)/sqrt(v + eps); u = rho u + (1-rho) d^2; p -= lr d
    Adadelta {
        /// The share of the past in the running means.
        rho: f64,
        /// Added under the square roots.
        eps: f64,
    },
}

impl Rule {
    /// How many running values are kept for each parameter.
    pub fn slots(&self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum { .. } | Self::Nesterov { .. } => 1,
            Self::RmsProp { momentum, centered, .. } => {
                1 + usize::from(momentum.is_some()) + usize::from(*centered)
            }
            Self::Adam { .. } | Self::Adadelta { .. } => 2,
        }
    }
}

/// What else pulls parameters towards 0 in each step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Decay {
    /// Nothing.
    #[default]
    None,
    /// g + d p for the gradient g: the penalty d/2 sum p^2.
    L2(f64),
    /// p (1 - d lr) for p, before the step (AdamW).
    Decoupled(f64),
}

/// Elements that one thread updates at a time. The rules are element by element, so the size does not
/// show in the results.
const CHUNK: usize = 1 << 15;

/// One step of `rule` for a parameter, in chunks on the threads of the caller's pool.
///
/// # Panics
/// If a slice is not as long as the others, or there are not [`Rule::slots`] of them.
pub fn update<E: Float>(
    path: InstructionSet,
    (rule, decay): (&Rule, Decay),
    (lr, number): (f64, u64),
    p: &mut [E],
    g: &[E],
    slots: &mut [Vec<E>],
) {
    let fits = slots.iter().all(|slot| slot.len() == p.len());
    assert!(g.len() == p.len() && fits && slots.len() == rule.slots(), "slices of one length");
    let cost = 8 * g.len();
    let mut states = slots.iter_mut().map(|slot| slot.chunks_mut(CHUNK));
    let mut state = || states.next().into_iter().flatten();
    // At most three running values per parameter; missing ones are empty.
    let (mut a, mut b, mut c) = (state(), state(), state());
    let mut slots = || {
        [a.next().unwrap_or_default(), b.next().unwrap_or_default(), c.next().unwrap_or_default()]
    };
    let chunks = p.chunks_mut(CHUNK).zip(g.chunks(CHUNK)).map(|(p, g)| (p, g, slots()));
    let each = |(p, g, slots): (&mut [E], &[E], [&mut [E]; 3])| match decay {
        Decay::L2(decay) => {
            let decay = E::of(decay);
            let penalised: Vec<E> = p.iter().zip(g).map(|(&p, &g)| g + decay * p).collect();
            step(path, rule, lr, number, p, &penalised, slots);
        }
        Decay::Decoupled(decay) => {
            let keep = E::of(1.0 - decay * lr);
            p.iter_mut().for_each(|p| *p *= keep);
            step(path, rule, lr, number, p, g, slots);
        }
        Decay::None => step(path, rule, lr, number, p, g, slots),
    };
    if g.len() > CHUNK {
        for_each_of(chunks.collect(), cost, each);
    } else {
        chunks.for_each(each);
    }
}

for_every_path! {
    /// One step of `rule` for parameters p with gradients g, number `number` from 1, with the learning
    /// rate `lr`. The slots are the rule's running values ([`Rule::slots`]), those that it does not have
    /// empty; all start at 0. As far as the shortest of p, g and the slots goes.
    pub fn step<E: Float>(
        rule: &Rule,
        lr: f64,
        number: u64,
        p: &mut [E],
        g: &[E],
        slots: [&mut [E]; 3],
    ) {
        let [a, b, c] = slots;
        let pairs = p.iter_mut().zip(g);
        let rate = E::of(lr);
        match *rule {
            Rule::Sgd => {
                pairs.for_each(|(p, &g)| *p -= rate * g);
            }
            Rule::Momentum { mu } => {
                let mu = E::of(mu);
                pairs.zip(a.iter_mut()).for_each(|((p, &g), v)| {
                    *v = mu * *v - rate * g;
                    *p += *v;
                });
            }
            Rule::Nesterov { mu } => {
                let mu = E::of(mu);
                pairs.zip(a.iter_mut()).for_each(|((p, &g), v)| {
                    *v = mu * *v - rate * g;
                    *p += mu * *v - rate * g;
                });
            }
            Rule::Adam { betas, eps } => {
                let power = |beta: f64| 1.0 - beta.powf(number as f64);
                let alpha = E::of(lr * power(betas[1]).sqrt() / power(betas[0]));
                let (new1, new2) = (E::of(1.0 - betas[0]), E::of(1.0 - betas[1]));
                let eps = E::of(eps);
                pairs.zip(a.iter_mut()).zip(b.iter_mut()).for_each(|(((p, &g), m), v)| {
                    *m += (g - *m) * new1;
                    *v += (g * g - *v) * new2;
                    *p -= *m * alpha / (v.sqrt() + eps);
                });
            }
            Rule::RmsProp { rho, eps, momentum, centered } => {
                let (old, new, eps) = (E::of(rho), E::of(1.0 - rho), E::of(eps));
                // Slots: v, then a if centered, then the momentum.
                let (mean, velocity) = if centered { (b, c) } else { (c, b) };
                for (index, ((p, &g), v)) in pairs.zip(a.iter_mut()).enumerate() {
                    *v = old * *v + new * g * g;
                    let mut spread = *v + eps;
                    if centered {
                        mean[index] = old * mean[index] + new * g;
                        spread -= mean[index] * mean[index];
                    }
                    let increment = rate * g / spread.sqrt();
                    match momentum {
                        Some(mu) => {
                            velocity[index] = E::of(mu) * velocity[index] + increment;
                            *p -= velocity[index];
                        }
                        None => *p -= increment,
                    }
                }
            }
            Rule::Adadelta { rho, eps } => {
                let (old, new, eps) = (E::of(rho), E::of(1.0 - rho), E::of(eps));
                pairs.zip(a.iter_mut()).zip(b.iter_mut()).for_each(|(((p, &g), v), u)| {
                    *v = old * *v + new * g * g;
                    let delta = g * ((*u + eps) / (*v + eps)).sqrt();
                    *u = old * *u + new * delta * delta;
                    *p -= rate * delta;
                });
            }
        }
    }
}
