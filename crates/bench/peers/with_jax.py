"""JAX with a whole epoch compiled: one `lax.scan` over its batches, Adam written out. Dense networks only: its
convolutions take many times as long as PyTorch's on processors."""

from peer import images, labels, serve, tests, timed

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

pixels = jnp.asarray(images.reshape(-1, 784))
classes = jnp.asarray(labels.astype("int32"))
unseen = jnp.asarray(tests.reshape(-1, 784))


def weights(width):
    random = np.random.default_rng(1)
    scale = lambda rows, columns: np.sqrt(6 / (rows + columns))
    draw = lambda rows, columns: jnp.asarray(random.uniform(-1, 1, (rows, columns)) * scale(rows, columns), "float32")
    return [draw(784, width), jnp.zeros(width), draw(width, 10), jnp.zeros(10)]


def forward(kind, parameters, x):
    first, bias, second, other = parameters
    hidden = x @ first + bias
    hidden = jax.nn.sigmoid(hidden) if kind == "sigmoid" else jax.nn.relu(hidden)
    return hidden @ second + other


def epoch_of(kind, samples, batch):
    rate, penalty = (1e-4, 1e-4) if kind == "dense" else (1e-3, 0.0)

    def loss_of(parameters, x, y):
        likelihood = jax.nn.log_softmax(forward(kind, parameters, x))
        return -jnp.take_along_axis(likelihood, y[:, None], 1).mean() + penalty * (parameters[0] ** 2).sum()

    def step(state, chosen):
        parameters, first, second, count = state
        loss, slopes = jax.value_and_grad(loss_of)(parameters, pixels[chosen], classes[chosen])
        count = count + 1
        first = [0.9 * m + 0.1 * g for m, g in zip(first, slopes)]
        second = [0.999 * v + 0.001 * g * g for v, g in zip(second, slopes)]
        corrected = rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        parameters = [w - corrected * m / (jnp.sqrt(v) + 1e-7) for w, m, v in zip(parameters, first, second)]
        return (parameters, first, second, count), loss * len(chosen)

    def epoch(state, order):
        whole = samples // batch * batch
        state, losses = lax.scan(step, state, order[:whole].reshape(-1, batch))
        total = losses.sum()
        if whole < samples:
            state, last = step(state, order[whole:])
            total = total + last
        return state, total / samples

    return jax.jit(epoch, donate_argnums=0)


made = {}


def measure(work):
    kind, samples, batch, width = work["kind"], work["samples"], work["batch"], work["width"]
    if kind not in ("dense", "sigmoid", "predict_dense"):
        return {}
    key = (kind, samples, batch, width)
    if kind == "predict_dense":
        if key not in made:
            parameters = weights(width)
            made[key] = jax.jit(lambda x: forward(kind, parameters, x).argmax(1))
            made[key](unseen[:samples]).block_until_ready()
        return {"JAX": timed(lambda: made[key](unseen[:samples]).block_until_ready() is None)}

    def fresh():
        parameters = weights(width)
        zeros = lambda: [jnp.zeros_like(w) for w in parameters]
        return parameters, zeros(), zeros(), jnp.zeros(())

    random = np.random.default_rng(1)
    if key not in made:
        made[key] = epoch_of(kind, samples, batch)
        jax.block_until_ready(made[key](fresh(), jnp.asarray(random.permutation(samples))))
    state = fresh()
    return {"JAX": timed(lambda: float(made[key](state, jnp.asarray(random.permutation(samples)))[1]))}


serve(measure, {"JAX": jax.__version__})
