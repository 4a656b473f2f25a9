"""The other side of the benchmark: Keras and scikit-learn.

Reads one piece of work per line from stdin, as JSON, and answers with the seconds that it took, by the
clock and by the processors; the first line that it writes are its versions. Arguments: files of
float32 images and of labels, and the folder with the four IDX files as they are distributed.
"""

import gzip
import json
import os
import pathlib
import sys
import time
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import keras
import numpy as np
import sklearn
import tensorflow as tf
from keras import layers
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

images = np.fromfile(sys.argv[1], "<f4").reshape(-1, 28, 28, 1)
labels = np.fromfile(sys.argv[2], "u1").astype("int64")
folder = pathlib.Path(sys.argv[3])
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
    if kind == "dense":
        hidden = layers.Dense(width, activation="relu", kernel_regularizer=L2)
    else:
        hidden = layers.Dense(width, activation="sigmoid")
    return [layers.Flatten(), hidden, layers.Dense(10, activation="softmax")]


def optimizer(kind):
    if kind in ("a3_cnn", "predict"):
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
        if kind == "predict":
            built.predict(images[:first], batch_size=batch, verbose=0)
        else:
            built.fit(images[:first], labels[:first], batch_size=batch, verbose=0)
        networks[key] = built
    return networks[key]


def timed(work):
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}


def load():
    for part in ("train", "t10k"):
        for kind, header in (("images-idx3", 16), ("labels-idx1", 8)):
            plain = folder / f"{part}-{kind}-ubyte"
            zipped = plain.with_name(plain.name + ".gz")
            content = gzip.open(zipped).read() if zipped.exists() else plain.read_bytes()
            np.frombuffer(content, "u1", offset=header)


machines = {}


def svm(samples):
    if samples not in machines:
        machines[samples] = SVC(C=50, gamma=0.005).fit(images[:samples].reshape(samples, -1), labels[:samples])
    return machines[samples]


def measure(kind, samples, batch, width):
    if kind == "load":
        return timed(load)
    if kind == "svm_fit":
        machines.pop(samples, None)
        return timed(lambda: svm(samples))
    if kind == "svm_predict":
        machine, unseen = svm(samples), images[samples : 2 * samples].reshape(samples, -1)
        return timed(lambda: machine.predict(unseen))
    x, y = images[:samples], labels[:samples]
    if kind == "mlp":
        # As many epochs as the caller says, whatever the loss does.
        epochs = 20
        rows = x.reshape(samples, -1).astype("float64")
        perceptron = MLPClassifier(
            (width,), solver="sgd", batch_size=batch, learning_rate_init=0.1, max_iter=epochs,
            n_iter_no_change=epochs + 1, random_state=1,
        )
        return timed(lambda: perceptron.fit(rows, y))
    built = network(kind, width, batch, samples)
    if kind == "predict":
        return timed(lambda: built.predict(x, batch_size=batch, verbose=0).argmax(1))
    return timed(lambda: built.fit(x, y, batch_size=batch, verbose=0))


versions = {"NumPy": np.__version__, "Keras": keras.__version__, "TensorFlow": tf.__version__, "scikit-learn": sklearn.__version__}
print(json.dumps(versions), flush=True)
for line in sys.stdin:
    print(json.dumps(measure(**json.loads(line))), flush=True)
