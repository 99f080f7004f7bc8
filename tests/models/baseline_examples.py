"""Made examples for the tests of the baselines: recordings of two features, and clips of three classes."""

import numpy as np
import torch

from emotrace.models import build
from emotrace.models.example import Example
from emotrace.models.run import trace_recording

NAN = float("nan")
VOICE = {"kind": "feature", "name": "voice", "columns": 6}
SKIN = {"kind": "table", "name": "skin", "columns": 2}
CLASSES = ("angry", "calm", "sad")


def example(number, steps=80, noise=0.3):
    """Features on scales of their own, a gold standard that follows them; some of both missing."""
    draw = np.random.default_rng(number)
    voice = draw.standard_normal((steps, 6)) * [1e4, 1, 1e-3, 1, 1, 1] + [1e5, 0, 7, 0, 0, 0]
    skin = draw.standard_normal((steps, 2))
    arousal = (voice[:, 0] - 1e5) / 1e4 + skin[:, 0]
    valence = 2 + 0.1 * voice[:, 1]
    target = np.stack([arousal, valence], axis=1) + noise * draw.standard_normal((steps, 2)) * [1, 0.1]
    voice[5, 1] = voice[9, :3] = NAN
    target[20:25] = target[30, 1] = NAN
    inputs = {"voice": voice, "skin": skin}
    tensors = {name: torch.tensor(rows, dtype=torch.float32) for name, rows in inputs.items()}
    masks = {name: torch.ones(steps, dtype=torch.bool) for name in ("voice_mask", "skin_mask")}
    masks["voice_mask"][12:15] = False
    tensors["voice"][12:15] = 0
    return Example(f"r{number}", f"s{number}", tensors | masks, torch.tensor(target, dtype=torch.float32))


def clip(number, index, steps=12):
    """A clip whose mean tells the class and whose single steps hardly do."""
    draw = np.random.default_rng(number)
    voice = draw.standard_normal((steps, 6)) * [30, 3, 3, 3, 3, 3]
    voice[:, 0] += 100 + 60 * index
    voice[:, 1] -= 3 * index
    voice[3] = NAN
    inputs = {"voice": torch.tensor(voice, dtype=torch.float32), "voice_mask": torch.ones(steps) > 0}
    return Example(f"c{number}", "s", inputs, torch.full((steps, 1), float(index)))


TRAIN, DEVELOPMENT = [example(number) for number in range(3)], [example(number) for number in (7, 8)]
CLIPS = [clip(number, number % 3) for number in range(30)]
UNSEEN = [clip(number, number % 3) for number in range(50, 68)]


def svm(labels=CLASSES, train=CLIPS, development=UNSEEN, **changes):
    torch.manual_seed(3)
    model = build("baselines/svm", labels=labels, features=(VOICE,), **changes)
    return model, model.fit_on(train, development)


def batch(one):
    return {name: values.unsqueeze(0) for name, values in one.inputs.items()}


def said(model, one):
    return trace_recording(model, lambda first, last: one.inputs, len(one.target), len(one.target))
