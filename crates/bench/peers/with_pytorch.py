"""PyTorch as a user with a choice would take it: eager, with channels last, and compiled; batches are slices of one
shuffled tensor (a DataLoader takes several times as long), the optimiser is the fused one where there is one."""

import os

from peer import Fastest, images, labels, serve, tests, timed

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(os.cpu_count())
pixels = torch.from_numpy(images).permute(0, 3, 1, 2)
classes = torch.from_numpy(labels)
unseen = torch.from_numpy(tests).permute(0, 3, 1, 2)
fastest = Fastest()


def same_even(channels):
    """Keras's 'same' for 10 x 10: 4 before, 5 after."""
    return [nn.ZeroPad2d((4, 5, 4, 5)), nn.Conv2d(channels, 5, 10), nn.ReLU()]


def network(kind, width):
    if kind in ("a3_cnn", "predict"):
        return nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
            nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
        )
    if kind == "a2_cnn":
        return nn.Sequential(
            *same_even(1), *same_even(5), *same_even(5), nn.AvgPool2d(2), nn.Conv2d(5, 16, 5), nn.ReLU(),
            nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 84), nn.ReLU(), nn.Linear(84, 10),
        )
    activation = nn.Sigmoid() if kind == "sigmoid" else nn.ReLU()
    return nn.Sequential(nn.Flatten(), nn.Linear(784, width), activation, nn.Linear(width, 10))


def penalised(kind, net):
    """The weights under a penalty."""
    dense = [layer.weight for layer in net if isinstance(layer, nn.Linear)]
    return {"a2_cnn": dense, "dense": dense[:1]}.get(kind, [])


def optimizer(kind, net):
    if kind == "a3_cnn":
        return torch.optim.Adadelta(net.parameters(), 1.0, rho=0.95, eps=1e-7, foreach=True)
    rate = 1e-4 if kind in ("a2_cnn", "dense") else 1e-3
    return torch.optim.Adam(net.parameters(), rate, eps=1e-7, fused=True)


def trainer(kind, width, batch, layout, compiled):
    net = network(kind, width).to(memory_format=layout)
    decay, steps = penalised(kind, net), optimizer(kind, net)

    def loss_of(x, y):
        return functional.cross_entropy(net(x), y) + 1e-4 * sum((w * w).sum() for w in decay)

    loss_of = torch.compile(loss_of) if compiled else loss_of

    def epoch(samples):
        order, total = torch.randperm(samples), 0.0
        for start in range(0, samples, batch):
            chosen = order[start : start + batch]
            x = pixels[chosen].contiguous(memory_format=layout)
            loss = loss_of(x, classes[chosen])
            steps.zero_grad(set_to_none=True)
            loss.backward()
            steps.step()
            total += loss.detach() * len(chosen)
        return float(total / samples)

    return epoch


def predictor(kind, width, batch, layout, compiled):
    net = network(kind, width).to(memory_format=layout).eval()
    answer = torch.compile(lambda x: net(x).argmax(1)) if compiled else lambda x: net(x).argmax(1)

    def predict(samples):
        with torch.inference_mode():
            parts = unseen[:samples].split(batch)
            torch.cat([answer(part.contiguous(memory_format=layout)) for part in parts])

    return predict


WAYS = {
    "PyTorch, eager": (torch.contiguous_format, False),
    "PyTorch, channels last": (torch.channels_last, False),
    "PyTorch, compiled": (torch.contiguous_format, True),
    "PyTorch, compiled, channels last": (torch.channels_last, True),
}
made = {}


def measure(work):
    kind, samples, batch, width = work["kind"], work["samples"], work["batch"], work["width"]
    if kind not in ("a3_cnn", "a2_cnn", "dense", "sigmoid", "predict", "predict_dense"):
        return {}

    def way(name):
        key = (kind, samples % batch, batch, width, name)
        if key not in made:
            make = predictor if kind.startswith("predict") else trainer
            made[key] = make(kind, width, batch, *WAYS[name])
            # Compiles for both sizes of batch, and for the size as a variable, which it does at the third.
            for first in (batch, 2 * batch + samples % batch):
                made[key](first)
        return timed(lambda: made[key](samples))

    names = [name for name in WAYS if kind in ("a3_cnn", "a2_cnn", "predict") or "channels" not in name]
    return fastest.of(work, {name: lambda name=name: way(name) for name in names})


serve(measure, {"PyTorch": torch.__version__})
