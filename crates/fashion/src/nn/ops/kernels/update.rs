//! The update rules of the optimizers, element by element.

use dfdx::optim::{AdamConfig, Momentum, RMSpropConfig, SgdConfig};

use super::path::{Path, for_every_path};
use crate::Float;
use crate::nn::{AdadeltaConfig, Optimizer};

for_every_path! {
    /// One step of `rule` for parameters p with gradients g, at step number `step` from 1. The slots are
    /// the rule's running values, those that it does not have empty. The formulas stand at [`Optimizer`].
    pub(in crate::nn) fn apply_rule<E: Float>(
        rule: &Optimizer,
        lr: f64,
        step: u64,
        p: &mut [E],
        g: &[E],
        slots: [&mut [E]; 3],
    ) {
        let [a, b, c] = slots;
        let pairs = p.iter_mut().zip(g);
        let rate = E::cast(lr);
        match *rule {
            Optimizer::Sgd(SgdConfig { momentum: None, .. }) => {
                pairs.for_each(|(p, &g)| *p -= rate * g);
            }
            Optimizer::Sgd(SgdConfig { momentum: Some(Momentum::Classic(mu)), .. }) => {
                let mu = E::cast(mu);
                pairs.zip(a.iter_mut()).for_each(|((p, &g), v)| {
                    *v = mu * *v - rate * g;
                    *p += *v;
                });
            }
            Optimizer::Sgd(SgdConfig { momentum: Some(Momentum::Nesterov(mu)), .. }) => {
                let mu = E::cast(mu);
                pairs.zip(a.iter_mut()).for_each(|((p, &g), v)| {
                    *v = mu * *v - rate * g;
                    *p += mu * *v - rate * g;
                });
            }
            Optimizer::Adam(AdamConfig { betas, eps, .. }) => {
                let power = |beta: f64| 1.0 - beta.powf(step as f64);
                let alpha = E::cast(lr * power(betas[1]).sqrt() / power(betas[0]));
                let (new1, new2) = (E::cast(1.0 - betas[0]), E::cast(1.0 - betas[1]));
                let eps = E::cast(eps);
                pairs.zip(a.iter_mut()).zip(b.iter_mut()).for_each(|(((p, &g), m), v)| {
                    *m += (g - *m) * new1;
                    *v += (g * g - *v) * new2;
                    *p -= *m * alpha / (v.sqrt() + eps);
                });
            }
            Optimizer::RmsProp(RMSpropConfig { alpha, eps, momentum, centered, .. }) => {
                let (old, new, eps) = (E::cast(alpha), E::cast(1.0 - alpha), E::cast(eps));
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
                            velocity[index] = E::cast(mu) * velocity[index] + increment;
                            *p -= velocity[index];
                        }
                        None => *p -= increment,
                    }
                }
            }
            Optimizer::Adadelta(AdadeltaConfig { rho, eps, .. }) => {
                let (old, new, eps) = (E::cast(rho), E::cast(1.0 - rho), E::cast(eps));
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
