"""Support vector machines with scikit-learn's interface."""

from peer import Fastest, labels, shown, timed

fastest = Fastest()
fitted = {}


def measure(work, variants, most):
    """`variants`: names with a function from C and gamma to an estimator and the type of its numbers; `most`: images
    beyond which a fit takes minutes."""
    kind, samples = work["kind"], work["samples"]
    if kind not in ("svm_fit", "svm_predict") or samples > most:
        return {}
    settings = {"C": 50, "gamma": 0.005} if samples <= 5000 else {"C": 10, "gamma": 0.02}

    def fit(name):
        make, numbers = variants[name]
        x, y = shown(work)[0].astype(numbers), labels[:samples]
        machine = make(**settings)
        cost = timed(lambda: machine.fit(x, y) is None)
        fitted[name, samples, work["rows"]] = machine
        return cost

    def predict(name):
        if (name, samples, work["rows"]) not in fitted:
            fit(name)
        x = shown(work)[1].astype(variants[name][1])
        classes = []
        cost = timed(lambda: classes.extend(fitted[name, samples, work["rows"]].predict(x)))
        return {**cost, "classes": [int(label) for label in classes]}

    way = fit if kind == "svm_fit" else predict
    return fastest.of(work, {name: lambda name=name: way(name) for name in variants})
