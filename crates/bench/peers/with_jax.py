"""JAX, the optimisers written out. Of a dense network a whole epoch is compiled, one `lax.scan` over its batches; of a
convolutional one a step is, because convolutions inside a `scan` take twenty times as long on processors."""

from peer import images, labels, serve, tests, timed

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

pixels = jnp.asarray(images)
classes = jnp.asarray(labels.astype("int32"))
unseen = jnp.asarray(tests)


def weights(*shapes):
    """First weights as Keras draws them (Glorot and Bengio), each with its bias."""
    random = np.random.default_rng(1)

    def draw(shape):
        area = np.prod(shape[:-2])
        limit = np.sqrt(6 / (area * (shape[-2] + shape[-1])))
        return jnp.asarray(random.uniform(-limit, limit, shape), "float32")

    return [part for shape in shapes for part in (draw(shape), jnp.zeros(shape[-1]))]


def first_weights(kind, width):
    if kind in ("a3_cnn", "predict"):
        return weights((3, 3, 1, 32), (3, 3, 32, 64), (9216, 128), (128, 10))
    if kind == "a2_cnn":
        return weights((10, 10, 1, 5), (10, 10, 5, 5), (10, 10, 5, 5), (5, 5, 5, 16), (400, 84), (84, 10))
    return weights((784, width), (width, 10))


def convolved(x, filters, bias, padding="VALID"):
    layout = ("NHWC", "HWIO", "NHWC")
    return jax.nn.relu(lax.conv_general_dilated(x, filters, (1, 1), padding, dimension_numbers=layout) + bias)


def largest(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def average(x):
    return lax.reduce_window(x, 0.0, lax.add, (1, 2, 2, 1), (1, 2, 2, 1), "VALID") / 4


def kept(x, share, key):
    return jnp.where(jax.random.bernoulli(key, 1 - share, x.shape), x / (1 - share), 0.0)


def forward(kind, w, x, key=None):
    """The scores of the ten classes; with a `key`, some numbers are dropped, as in training."""
    if kind in ("a3_cnn", "predict"):
        keys = (None, None) if key is None else jax.random.split(key)
        drop = lambda x, share, key: x if key is None else kept(x, share, key)
        x = largest(convolved(convolved(x, *w[:2]), *w[2:4]))
        x = drop(x, 0.25, keys[0]).reshape(len(x), -1)
        x = drop(jax.nn.relu(x @ w[4] + w[5]), 0.5, keys[1])
    elif kind == "a2_cnn":
        for layer in (0, 2, 4):
            x = convolved(x, w[layer], w[layer + 1], "SAME")
        x = average(convolved(average(x), *w[6:8])).reshape(len(x), -1)
        x = jax.nn.relu(x @ w[8] + w[9])
    else:
        activation = jax.nn.sigmoid if kind == "sigmoid" else jax.nn.relu
        x = activation(x.reshape(len(x), -1) @ w[0] + w[1])
    return x @ w[-2] + w[-1]


def adam(rate, w, slopes, first, second, count):
    first = [0.9 * m + 0.1 * g for m, g in zip(first, slopes)]
    second = [0.999 * v + 0.001 * g * g for v, g in zip(second, slopes)]
    corrected = rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    return [w - corrected * m / (jnp.sqrt(v) + 1e-7) for w, m, v in zip(w, first, second)], first, second


def adadelta(w, slopes, moved, squares):
    squares = [0.95 * s + 0.05 * g * g for s, g in zip(squares, slopes)]
    steps = [jnp.sqrt(m + 1e-7) / jnp.sqrt(s + 1e-7) * g for m, s, g in zip(moved, squares, slopes)]
    moved = [0.95 * m + 0.05 * d * d for m, d in zip(moved, steps)]
    return [w - d for w, d in zip(w, steps)], moved, squares


PENALISED = {"a2_cnn": (8, 10), "dense": (0,)}


CONVOLUTIONAL = ("a3_cnn", "a2_cnn")


def step_of(kind):
    """One step: the weights and what the optimiser keeps, the images of the batch; the sum of their losses."""
    rate = 1e-3 if kind == "sigmoid" else 1e-4

    def loss_of(w, x, y, key):
        likelihood = jax.nn.log_softmax(forward(kind, w, x, key))
        penalty = sum((w[layer] ** 2).sum() for layer in PENALISED.get(kind, ()))
        return -jnp.take_along_axis(likelihood, y[:, None], 1).mean() + 1e-4 * penalty

    def step(state, chosen):
        w, first, second, count, key = state
        key, now = jax.random.split(key)
        loss, slopes = jax.value_and_grad(loss_of)(w, pixels[chosen], classes[chosen], now)
        count = count + 1
        if kind == "a3_cnn":
            w, first, second = adadelta(w, slopes, first, second)
        else:
            w, first, second = adam(rate, w, slopes, first, second, count)
        return (w, first, second, count, key), loss * len(chosen)

    return step


def epoch_of(kind, batch):
    """An epoch in the given order; its mean loss."""
    step = step_of(kind)
    if kind in CONVOLUTIONAL:
        step = jax.jit(step, donate_argnums=0)

        def steps(state, order):
            losses = []
            for at in range(0, len(order), batch):
                state, loss = step(state, order[at : at + batch])
                losses.append(loss)
            return sum(losses) / len(order)

        return steps

    def scanned(state, order):
        whole = len(order) // batch * batch
        state, losses = lax.scan(step, state, order[:whole].reshape(-1, batch))
        last = step(state, order[whole:])[1] if whole < len(order) else 0.0
        return (losses.sum() + last) / len(order)

    return jax.jit(scanned)


def training(kind, samples, batch, width):
    """An epoch from first weights."""
    random = np.random.default_rng(1)

    def start(samples):
        w = first_weights(kind, width)
        zeros = lambda: [jnp.zeros_like(w) for w in w]
        state = (w, zeros(), zeros(), jnp.zeros(()), jax.random.key(1))
        return jax.block_until_ready((state, jnp.asarray(random.permutation(samples))))

    epoch = epoch_of(kind, batch)
    # Compiles it, a step for batches of both sizes.
    epoch(*start(batch + samples % batch if kind in CONVOLUTIONAL else samples))

    def measured():
        state, order = start(samples)
        return timed(lambda: float(epoch(state, order)))

    return measured


def prediction(kind, samples, batch, width):
    w = first_weights(kind, width)
    answer = jax.jit(lambda x: forward(kind, w, x).argmax(1))
    parts = [unseen[at : at + batch] for at in range(0, samples, batch)]
    predict = lambda: [part.block_until_ready() for part in [answer(part) for part in parts]] is None
    # Compiles it.
    answer(parts[0]).block_until_ready()
    return lambda: timed(predict)


made = {}


def measure(work):
    key = tuple(work[name] for name in ("kind", "samples", "batch", "width"))
    if work["kind"] not in ("a3_cnn", "a2_cnn", "dense", "sigmoid", "predict", "predict_dense"):
        return {}
    if key not in made:
        make = prediction if work["kind"].startswith("predict") else training
        made[key] = make(*key)
    return {"JAX": made[key]()}


serve(measure, {"JAX": jax.__version__})
