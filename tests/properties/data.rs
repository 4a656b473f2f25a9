use fashion::data::{Augmentation, Images, RandomState};
use fashion::ndarray::Array2;
use proptest::collection::vec;
use proptest::prelude::*;

use super::absurd::{cases, count, float, labels};

fn images() -> Images {
    let pixels = Array2::from_shape_fn((7, 784), |(i, j)| ((i * 31 + j) % 256) as u8);
    Images::new(pixels, (0..7).collect()).unwrap()
}

/// Numbers of images, now and then each one once.
fn order() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        vec(count(), 0..9),
        vec(0..7_usize, 0..9),
        Just((0..7).collect::<Vec<_>>()).prop_shuffle()
    ]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_images(rows in 0..4_usize, columns in prop_oneof![Just(784), 0..900_usize], labels in labels(0..4)) {
        let fits = columns == 784 && labels.len() == rows && labels.iter().all(|&label| label < 10);
        let images = Images::new(Array2::zeros((rows, columns)), labels.clone());
        prop_assert_eq!(images.is_ok(), fits);
        if let Ok(images) = images {
            prop_assert_eq!(images.frequencies().iter().sum::<usize>(), rows);
            prop_assert_eq!(images.labels(), labels);
        }
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn any_part(a in count(), b in count(), share in float(), seed in any::<u32>(), order in order()) {
        let images = images();
        // The label of each of the seven is its number.
        let labels = |part: fashion::Result<Images>| part.ok().map(|part| part.labels().to_vec());
        let sorted = |mut numbers: Vec<usize>| { numbers.sort_unstable(); numbers };
        let all: Vec<usize> = (0..7).collect();
        prop_assert_eq!(labels(images.head(a)), (a <= 7).then(|| (0..a).collect::<Vec<_>>()));
        prop_assert_eq!(labels(images.slice(a..b)), (a <= b && b <= 7).then(|| (a..b).collect::<Vec<_>>()));
        let halves = images.split_at(a).ok().map(|(first, rest)| [first.labels(), rest.labels()].concat());
        prop_assert_eq!(halves, (a <= 7).then(|| all.clone()));
        if let Ok((train, validation)) = images.split_random(share, seed) {
            prop_assert!(!train.is_empty() && !validation.is_empty());
            prop_assert_eq!(sorted([train.labels(), validation.labels()].concat()), all.clone());
        }
        prop_assert_eq!(labels(images.select(&order)), order.iter().all(|&i| i < 7).then(|| order.clone()));
        prop_assert_eq!(labels(images.permuted(&order)), (sorted(order.clone()) == all).then(|| order.clone()));
        prop_assert_eq!(images.label(a).ok(), (a < 7).then_some(a));
        prop_assert_eq!((images.class_name(a).is_ok(), images.pixels(a).is_ok()), (a < 7, a < 7));
    }

    #[test]
    fn any_augmentation(numbers in vec(float(), 3), shape in vec(count(), 3), epoch in count()) {
        let change = Augmentation::new().shift(numbers[0]).rotation(numbers[1]).zoom(numbers[2]);
        let small = Array2::<f32>::ones((2, 12));
        let within = (0.0..=1.0).contains(&numbers[0]) && (0.0..=180.0).contains(&numbers[1]);
        let within = within && (0.0..1.0).contains(&numbers[2]);
        let values = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        let changed = change.apply(&small, [shape[0], shape[1], shape[2]], 1, epoch);
        prop_assert_eq!(changed.is_ok(), within && values == Some(12));
        let mirrored = change.horizontal_flip().apply(&small, [3, 4, 1], 1, epoch);
        prop_assert_eq!(mirrored.is_ok(), within);
        for images in [changed, mirrored].into_iter().flatten() {
            prop_assert_eq!(images.dim(), (2, 12));
            prop_assert!(images.iter().all(|pixel| (0.0..=1.0001).contains(pixel)), "{}", images);
        }
    }

    #[test]
    fn any_random_numbers(seed in any::<u32>(), low in any::<i64>(), high in any::<i64>(), n in 0..50_usize) {
        let mut state = RandomState::new(seed);
        let drawn = state.randint(low, high);
        prop_assert_eq!(drawn.is_ok(), low < high);
        prop_assert!(drawn.map_or(true, |number| (low..high).contains(&number)));
        let mut order = state.permutation(n);
        order.sort_unstable();
        prop_assert!(order.into_iter().eq(0..n));
    }
}
