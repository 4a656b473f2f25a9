"""Support vector machines with scikit-learn's interface."""

from peer import Fastest, labels, rows, timed, unseen

fastest = Fastest()
fitted = {}


def measure(work, variants, most):
    """`variants`: names with a function from C and gamma to an estimator and the type of its numbers; `most`: images
    beyond which a fit takes minutes."""
    kind, samples, noise = work["kind"], work["samples"], work["noise"]
    if kind not in ("svm_fit", "svm_predict") or samples > most:
        return {}
    settings = {"C": 50, "gamma": 0.005} if samples <= 5000 else {"C": 10, "gamma": 0.02}

    def fit(name):
        make, numbers = variants[name]
        x, y = rows(samples, noise).astype(numbers), labels[:samples]
        machine = make(**settings)
        cost = timed(lambda: machine.fit(x, y) is None)
        fitted[name, samples, noise] = machine
        return cost

    def predict(name):
        if (name, samples, noise) not in fitted:
            fit(name)
        x = unseen(noise)[: work["batch"]].astype(variants[name][1])
        classes = []
        cost = timed(lambda: classes.extend(fitted[name, samples, noise].predict(x)))
        return {**cost, "classes": [int(label) for label in classes]}

    way = fit if kind == "svm_fit" else predict
    return fastest.of(work, {name: lambda name=name: way(name) for name in variants})
