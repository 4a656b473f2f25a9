use fashion::data::{Augmentation, Images, RandomState};
use fashion::ndarray::Array2;
use proptest::collection::vec;
use proptest::prelude::*;

use super::absurd::{cases, count, float, labels};

fn images() -> Images {
    let pixels = Array2::from_shape_fn((7, 784), |(i, j)| ((i * 31 + j) % 256) as u8);
    Images::new(pixels, (0..7).collect()).unwrap()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_images(rows in 0..4_usize, columns in 0..900_usize, labels in labels(0..4)) {
        let _ = Images::new(Array2::zeros((rows, columns)), labels);
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn any_part(a in count(), b in count(), share in float(), seed in any::<u32>(), order in vec(count(), 0..9)) {
        let images = images();
        let _ = (images.head(a), images.slice(a..b), images.split_at(a), images.split_random(share, seed));
        let _ = (images.select(&order), images.permuted(&order));
        let _ = (images.label(a), images.class_name(a), images.pixels(a));
    }

    #[test]
    fn any_augmentation(numbers in vec(float(), 3), shape in vec(count(), 3), epoch in count()) {
        let change = Augmentation::new().shift(numbers[0]).rotation(numbers[1]).zoom(numbers[2]);
        let small = Array2::<f32>::ones((2, 12));
        let _ = change.apply(&small, [shape[0], shape[1], shape[2]], 1, epoch);
        let _ = change.horizontal_flip().apply(&small, [3, 4, 1], 1, epoch);
    }

    #[test]
    fn any_random_numbers(seed in any::<u32>(), low in any::<i64>(), high in any::<i64>(), n in 0..50_usize) {
        let mut state = RandomState::new(seed);
        let _ = state.randint(low, high);
        let mut order = state.permutation(n);
        order.sort_unstable();
        prop_assert!(order.into_iter().eq(0..n));
    }
}
