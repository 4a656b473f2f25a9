//! Convolutions and pools of any geometry: on every path of this processor what the portable one gives,
//! and an error where a size cannot be, never a write past memory.

use fashion_kernels::activation::Activation;
use fashion_kernels::convolution::{Arrived, Convolution};
use fashion_kernels::geometry::Geometry;
use fashion_kernels::path::InstructionSet;
use fashion_kernels::pool::{average_pool, max_pool};
use fashion_kernels::window::{Padding, Pool2d, Pooling};

/// Numbers that look random and never change.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: usize) -> usize {
        self.next() as usize % limit
    }

    fn values(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.next() as f32 / (1_u64 << 30) as f32 - 1.0).collect()
    }
}

fn volume((n, h, w, c): (usize, usize, usize, usize)) -> usize {
    n * h * w * c
}

/// The result, and the gradients of filters, biases and images.
fn all(job: &Convolution, x: &[f32], f: &[f32], b: &[f32], g: &[f32]) -> [Vec<f32>; 4] {
    let (y, winners) = job.forward(x, f, b);
    let arrived = Arrived { y: &y, winners: &winners, gradient: g };
    let (mut df, mut db, mut dx) = (vec![0.0; f.len()], vec![0.0; b.len()], vec![0.0; x.len()]);
    job.add_filter_gradient(x, &arrived, &mut df, &mut db);
    job.add_input_gradient(f, &arrived, &mut dx);
    [y, df, db, dx]
}

#[test]
fn odd_geometries_give_the_same_on_every_path() {
    let setting = std::env::var("GEOMETRIES").ok().and_then(|value| value.parse().ok());
    let tries: u64 = setting.unwrap_or(1500);
    let mut noise = Noise(1);
    let mut tried = 0;
    for _ in 0..tries {
        let images =
            (1 + noise.below(2), 1 + noise.below(9), 1 + noise.below(9), 1 + noise.below(17));
        let filters = (1 + noise.below(6), 1 + noise.below(6), images.3, 1 + noise.below(18));
        let stride = 1 + noise.below(8);
        let padding = match noise.below(3) {
            0 => Padding::Valid,
            1 => Padding::Same,
            _ => {
                let [top, bottom, left, right] = std::array::from_fn(|_| noise.below(12));
                Padding::Explicit { top, bottom, left, right }
            }
        };
        let Ok(geometry) = Geometry::new(images, filters, stride, padding) else { continue };
        let pool = (noise.below(2) == 0).then_some(Pool2d::square(2));
        let new = |path| Convolution::new(geometry, path, Activation::LeakyRelu(0.1), pool);
        let Ok(reference) = new(InstructionSet::Portable) else { continue };
        let (x, f) = (noise.values(volume(images)), noise.values(volume(filters)));
        let (b, g) = (noise.values(filters.3), noise.values(volume(reference.output())));
        let expected = all(&reference, &x, &f, &b, &g);
        for path in InstructionSet::ALL.into_iter().filter(|path| path.is_available()) {
            let got = all(&new(path).unwrap(), &x, &f, &b, &g);
            for (expected, got) in expected.iter().flatten().zip(got.iter().flatten()) {
                let near = (expected - got).abs() < 1e-3 * (1.0 + expected.abs());
                assert!(near, "{path:?} {geometry:?}: {expected} and {got}");
            }
        }
        tried += 1;
    }
    assert!(tried > tries / 2, "{tried}");
}

/// Windows that lie in the padding only: what once ended in a panic.
#[test]
fn a_window_in_the_padding_sees_zeros() {
    let padding = Padding::Explicit { top: 0, bottom: 0, left: 2, right: 0 };
    let geometry = Geometry::new((1, 4, 4, 1), (1, 1, 1, 1), 6, padding).unwrap();
    for path in InstructionSet::ALL.into_iter().filter(|path| path.is_available()) {
        let job = Convolution::new(geometry, path, Activation::Linear, None).unwrap();
        assert_eq!(job.forward(&[7.0_f32; 16], &[3.0], &[0.5]).0, [0.5]);
    }
}

#[test]
fn sizes_that_wrap_or_that_no_memory_has_are_errors() {
    let huge = [1 << 62, usize::MAX, usize::MAX / 2, (1 << 62) - 127];
    let geometry =
        |images, filters, stride, padding| Geometry::new(images, filters, stride, padding);
    for size in huge {
        let (images, filters) = ((1, 28, 28, 1), (1, 1, 1, 1));
        let sides = [(size, 0), (0, size), (100, size)];
        for (left, right) in sides {
            let padding = Padding::Explicit { top: 0, bottom: 0, left, right };
            assert!(geometry(images, filters, size, padding).is_err());
            assert!(geometry(images, filters, 1, padding).is_err());
        }
        assert!(geometry((size, 28, 28, 1), filters, 1, Padding::Same).is_err());
        assert!(geometry((1, size, 28, 1), filters, 1, Padding::Same).is_err());
        assert!(geometry((1, 28, 28, size), (1, 1, size, 1), 1, Padding::Same).is_err());
        assert!(geometry(images, (1, 1, 1, size), 1, Padding::Same).is_err());
        assert!(geometry(images, (size, 1, 1, 1), 1, Padding::Same).is_err());
        assert!(Pooling::new((size, 28, 28, 1), Pool2d::square(2)).is_err());
        let pool = Pool2d { size: (1, 1), stride: (size, size) };
        assert_eq!(Pooling::new((1, 28, 28, 1), pool).unwrap().output(), (1, 1, 1, 1));
    }
    for zero in [(1, 0, 3, 1), (1, 3, 0, 1), (1, 3, 3, 0)] {
        assert!(geometry(zero, (1, 1, zero.3, 1), 1, Padding::Same).is_err());
    }
}

#[test]
fn slices_of_another_length_are_refused_before_anything_is_read() {
    let geometry = Geometry::new((2, 5, 5, 16), (3, 3, 16, 16), 1, Padding::Same).unwrap();
    for path in InstructionSet::ALL.into_iter().filter(|path| path.is_available()) {
        let job = Convolution::new(geometry, path, Activation::Relu, None).unwrap();
        let refused = |x: usize, f: usize, b: usize| {
            let (x, f, b) = (vec![0.0_f32; x], vec![0.0; f], vec![0.0; b]);
            std::panic::catch_unwind(|| job.forward(&x, &f, &b)).is_err()
        };
        assert!(!refused(800, 2304, 16));
        assert!(refused(799, 2304, 16) && refused(800, 2303, 16) && refused(800, 2304, 15));
    }
    let pooling = Pooling::new((1, 4, 4, 1), Pool2d::square(2)).unwrap();
    let short = vec![0.0_f32; 15];
    assert!(
        std::panic::catch_unwind(|| max_pool(InstructionSet::Portable, &short, pooling)).is_err()
    );
    assert!(
        std::panic::catch_unwind(|| average_pool(InstructionSet::Portable, &short, pooling))
            .is_err()
    );
}
