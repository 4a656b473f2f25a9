//! Fashion-MNIST: files, splits, random state, augmentation.
