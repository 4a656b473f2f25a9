"""ONNX Runtime: predictions of networks as other programs would export them."""

from peer import serve, tests, timed

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(1)


def session(kind, width):
    nodes, weights = [], []

    def add(operation, *shapes, **settings):
        """A node behind the last one, with weights of these shapes."""
        names = [f"weights {len(weights) + i}" for i in range(len(shapes))]
        for name, shape in zip(names, shapes):
            weights.append(numpy_helper.from_array(random.normal(0, 0.05, shape).astype("float32"), name))
        last = nodes[-1].output[0] if nodes else "images"
        nodes.append(helper.make_node(operation, [last, *names], [f"value {len(nodes)}"], **settings))

    if kind == "predict":
        add("Conv", (32, 1, 3, 3), (32,))
        add("Relu")
        add("Conv", (64, 32, 3, 3), (64,))
        add("Relu")
        add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
        add("Flatten")
        add("Gemm", (9216, 128), (128,))
    else:
        add("Flatten")
        add("Gemm", (784, width), (width,))
    add("Relu")
    add("Gemm", (width if kind == "predict_dense" else 128, 10), (10,))
    add("ArgMax", axis=1, keepdims=0)
    given = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 1, 28, 28])
    out = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.INT64, ["n"])
    graph = helper.make_graph(nodes, kind, [given], [out], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


made = {}


def measure(work):
    kind, samples, batch, width = work["kind"], work["samples"], work["batch"], work["width"]
    if kind not in ("predict", "predict_dense"):
        return {}
    x = tests.reshape(-1, 1, 28, 28)

    def predict(samples):
        for start in range(0, samples, batch):
            made[kind, width].run(None, {"images": x[start : min(start + batch, samples)]})

    if (kind, width) not in made:
        made[kind, width] = session(kind, width)
        predict(batch)
    return {"ONNX Runtime": timed(lambda: predict(samples))}


serve(measure, {"ONNX Runtime": onnxruntime.__version__})
