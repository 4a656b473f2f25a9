//! Features against scikit-image, doubtful labels against cleanlab.

use fashion::evaluate::label_issues;
use fashion::features::Hog;
use fashion::ndarray::Array2;
use serde::Deserialize;
use tests::fixture;

#[derive(Deserialize)]
struct Fixture {
    hog: Vec<Histograms>,
    label_issues: Vec<Doubts>,
}

#[derive(Deserialize)]
struct Histograms {
    image: Vec<Vec<u8>>,
    orientations: usize,
    cell: usize,
    block: usize,
    features: Vec<f64>,
}

#[derive(Deserialize)]
struct Doubts {
    labels: Vec<usize>,
    probabilities: Vec<Vec<f64>>,
    issues: Vec<usize>,
}

fn expected() -> Fixture {
    fixture("features/features.json")
}

#[test]
fn hog_equals_scikit_images() {
    for case in expected().hog {
        let size = [case.image.len(), case.image[0].len()];
        let pixels: Vec<f64> =
            case.image.concat().into_iter().map(|x| f64::from(x) / 255.0).collect();
        let image = Array2::from_shape_vec((1, pixels.len()), pixels).unwrap();
        let hog = Hog::new()
            .orientations(case.orientations)
            .pixels_per_cell(case.cell)
            .cells_per_block(case.block);
        let features = hog.apply(&image, size).unwrap();
        assert_eq!(hog.n_features(size).unwrap(), case.features.len());
        for (got, expected) in features.iter().zip(&case.features) {
            // scikit-image sums a cell in single precision.
            assert!((got - expected).abs() < 1e-6, "{got} is not {expected}");
        }
        // No gradient of whole numbers lies on a border between nine directions, where rounding would decide.
        if case.orientations != 9 {
            continue;
        }
        let single = hog.apply(&image.mapv(|x| x as f32), size).unwrap();
        for (got, expected) in single.iter().zip(&case.features) {
            assert!((f64::from(*got) - expected).abs() < 1e-3, "{got} is not {expected}");
        }
    }
}

#[test]
fn doubtful_labels_are_cleanlabs() {
    for case in expected().label_issues {
        let shape = (case.labels.len(), case.probabilities[0].len());
        let p = Array2::from_shape_vec(shape, case.probabilities.concat()).unwrap();
        let issues = label_issues(&case.labels, &p).unwrap();
        assert!(issues.windows(2).all(|pair| pair[0].probability <= pair[1].probability));
        let mut found: Vec<usize> = issues.iter().map(|issue| issue.index).collect();
        found.sort_unstable();
        assert_eq!(found, case.issues);
    }
}
