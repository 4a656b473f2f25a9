"""scikit-learn: the perceptron, and SVC with its usual cache of 200 MB and with 4 GB. Reading the files, too."""

from peer import images, labels, load_all, serve, timed

import machines
import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

VARIANTS = {
    "scikit-learn": (SVC, "float64"),
    "scikit-learn, 4 GB cache": (lambda **settings: SVC(cache_size=4000, **settings), "float64"),
}


def measure(work):
    samples = work["samples"]
    if work["kind"] == "load":
        return {"gzip and NumPy, without checksums": timed(load_all)}
    if work["kind"] == "mlp":
        # As many epochs as the caller says, whatever the loss does.
        epochs = 20
        x = images[:samples].reshape(samples, -1).astype("float64")
        perceptron = MLPClassifier(
            (work["width"],), solver="sgd", batch_size=work["batch"], learning_rate_init=0.1, max_iter=epochs,
            n_iter_no_change=epochs + 1, random_state=1,
        )
        return {"scikit-learn": timed(lambda: float(perceptron.fit(x, labels[:samples]).loss_))}
    return machines.measure(work, VARIANTS, most=20_000)


serve(measure, {"scikit-learn": sklearn.__version__, "NumPy": np.__version__})
