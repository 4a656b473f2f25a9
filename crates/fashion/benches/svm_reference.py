"""The scikit-learn side of benches/svm.rs: fits and predicts when told to, tells the seconds.

Started by the bench with the data folder; reads one JSON request per line, answers with one.
"""

import gzip
import json
import pathlib
import sys
import time

import numpy as np
import sklearn
from sklearn.svm import SVC


def read(folder, name, header):
    path = folder / name
    content = path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read()
    return np.frombuffer(content, np.uint8, offset=header)


folder = pathlib.Path(sys.argv[1])
order = np.random.RandomState(1234429).permutation(60_000)
x = read(folder, "train-images-idx3-ubyte", 16).reshape(-1, 784)[order]
y = read(folder, "train-labels-idx1-ubyte", 8)[order]
test_x = read(folder, "t10k-images-idx3-ubyte", 16).reshape(-1, 784)
x, test_x = np.concatenate([x, test_x]) / 255.0, None
print(json.dumps({"version": sklearn.__version__}), flush=True)

for line in sys.stdin:
    request = json.loads(line)
    train, test = slice(request["train"]), slice(*request["test"])
    start = time.perf_counter()
    model = SVC(C=request["c"], gamma=request["gamma"]).fit(x[train], y[train])
    fit = time.perf_counter() - start
    start = time.perf_counter()
    predicted = model.predict(x[test])
    predict = time.perf_counter() - start
    answer = {
        "fit": fit,
        "predict": predict,
        "support_vectors": int(model.n_support_.sum()),
        "predicted": predicted.tolist(),
    }
    print(json.dumps(answer), flush=True)
