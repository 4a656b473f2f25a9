"""Keras with TensorFlow, as one uses it: `fit` and `predict`."""

from peer import images, labels, serve, tests, timed

import keras
import tensorflow as tf
from keras import layers

L2 = keras.regularizers.L2(1e-4)


def stack(kind, width):
    if kind in ("a3_cnn", "predict"):
        return [
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    if kind == "a2_cnn":
        return [
            layers.Conv2D(5, 10, padding="same", activation="relu"),
            layers.Conv2D(5, 10, padding="same", activation="relu"),
            layers.Conv2D(5, 10, padding="same", activation="relu"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="relu"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(84, activation="relu", kernel_regularizer=L2),
            layers.Dense(10, activation="softmax", kernel_regularizer=L2),
        ]
    if kind == "sigmoid":
        hidden = layers.Dense(width, activation="sigmoid")
    else:
        hidden = layers.Dense(width, activation="relu", kernel_regularizer=L2)
    return [layers.Flatten(), hidden, layers.Dense(10, activation="softmax")]


def optimizer(kind):
    if kind == "a3_cnn":
        return keras.optimizers.Adadelta(1.0)
    return keras.optimizers.Adam(1e-4 if kind in ("a2_cnn", "dense") else 1e-3)


networks = {}


def network(kind, width, batch, samples):
    """A network that has already been traced for every size of batch that it will meet."""
    key = (kind, width, batch, samples % batch)
    if key not in networks:
        built = keras.Sequential([keras.Input((28, 28, 1)), *stack(kind, width)])
        built.compile(optimizer(kind), "sparse_categorical_crossentropy", metrics=["accuracy"])
        first = batch + samples % batch
        if kind.startswith("predict"):
            built.predict(tests[:first], batch_size=batch, verbose=0)
        else:
            built.fit(images[:first], labels[:first], batch_size=batch, verbose=0)
        networks[key] = built
    return networks[key]


def measure(work):
    kind, samples, batch, width = work["kind"], work["samples"], work["batch"], work["width"]
    if kind not in ("a3_cnn", "a2_cnn", "dense", "sigmoid", "predict", "predict_dense"):
        return {}
    built = network(kind, width, batch, samples)
    if kind.startswith("predict"):
        return {"Keras": timed(lambda: built.predict(tests[:samples], batch_size=batch, verbose=0).argmax(1))}
    train = lambda: built.fit(images[:samples], labels[:samples], batch_size=batch, verbose=0)
    return {"Keras": timed(lambda: float(train().history["loss"][0]))}


serve(measure, {"Keras": keras.__version__, "TensorFlow": tf.__version__})
