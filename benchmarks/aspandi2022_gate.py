"""What the gate of aspandi2022 leans to: clean, face covered or noise on the voice, and either missing.

Run: python benchmarks/aspandi2022_gate.py RUN PREPARED [--partition test] [--picture PNG], with a run of
`aspandi2022/demo` or another recipe of `avi-gas`. Prints a row for each condition, over all steps of all
recordings:

- `gate`: the mean share of the face, of all values of the gate alike;
- `for arousal`, `for valence`: the gate has a value for each feature and none for each dimension, so here
  features count as much as the prediction of that dimension moves with them (gradient of the dimension,
  summed over a recording, times the deviation of the feature on clean recordings);
- CCC of all recordings joined.

Covered: a mid-grey box over the mouth, the lower half or all of the picture. Degraded: the model's own
degradations, as in training, drawn once for each second. Noise: a floor as of white noise, so many dB below
the loudest of the recording. Another time: moved by half a recording, so that it says
nothing of its own step.

The picture is of the first recording, its face covered from the middle on: traces and gate of both.
"""

import argparse
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from emotrace.features import ChunkFeed, step_count
from emotrace.features.derived.mel_spectrogram import RANGE_DB
from emotrace.insight.over_time import Curve, Lines, still_figure
from emotrace.metrics import ccc
from emotrace.models import load_checkpoint
from emotrace.models.aspandi2022.degradation import FACE, SPECTROGRAM, Degradation, Degrade
from emotrace.models.aspandi2022.model import Aspandi2022
from emotrace.models.base import CONDENSED
from emotrace.offline_page.plot_style import GOLD, PREDICTED, SERIES
from emotrace.store import open_prepared
from emotrace.training.chosen_labels import choose_labels
from emotrace.training.postprocessing import gold_standard
from emotrace.training.run_folder import RunFolder

SECOND_STEPS = 25

Inputs = dict[str, Tensor]
Change = Callable[[Tensor], Tensor | None]
"""Of an input (1, time, ...) to the same; None: it is missing."""


class Condition(NamedTuple):
    """What is done to one modality."""

    modality: str
    change: Change | None  # None: nothing


class Looked(NamedTuple):
    """One recording in one condition."""

    fused: np.ndarray  # (time, value)
    share: np.ndarray  # (time, value), of the face
    slope: np.ndarray  # (label, time, value), of the sum of a dimension's predictions
    prediction: np.ndarray  # (time, label)


def main() -> None:
    """Print a row for each condition."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run")
    parser.add_argument("prepared")
    parser.add_argument("--partition", default="test")
    parser.add_argument("--picture", help="a .png file to draw one recording into")
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = RunFolder(options.run)
    model, meta = load_checkpoint(folder.best)
    if not isinstance(model, Aspandi2022) or model.gate is None:
        parser.error(f"{options.run} is a run of {meta.name} without a gate of its own; give one of avi-gas")
    model.eval()
    names = set(folder.parts()[options.partition])
    prepared = choose_labels(open_prepared(options.prepared), model.labels)
    recordings = [one for one in prepared.recordings if one.name in names]
    gold = np.concatenate([gold_standard(model, one) for one in recordings])
    print(f"{len(recordings)} recordings, {len(gold)} steps of {options.partition}")
    shares, dimensions = " ".join(f"for {name:8}" for name in model.labels), " / ".join(model.labels)
    print(f"{'':28} gate  {shares}  CCC {dimensions}", flush=True)
    inputs = [_inputs(model, one) for one in recordings]
    with torch.no_grad():
        clean = [dict(model.condense(one)) for one in inputs]
    deviation = np.concatenate([_look(model, one).fused for one in clean]).std(axis=0)  # (value,)
    if options.picture:
        _draw(options.picture, model, recordings[0], inputs[0], clean[0], deviation)
    for name, condition in CONDITIONS.items():
        torch.manual_seed(0)
        changed = [_changed(model, condition, *both) for both in zip(inputs, clean, strict=True)]
        _print_row(name, [_look(model, one) for one in changed], gold, deviation)


@torch.no_grad()
def _changed(model: Aspandi2022, condition: Condition, inputs: Inputs, clean: Inputs) -> Inputs:
    """Condensed inputs of a recording in a condition; networks look at what is changed alone."""
    if condition.change is None:
        return clean
    name = condition.modality
    changed = condition.change(inputs[name])
    if changed is None:
        return clean | {f"{name}_mask": torch.zeros_like(clean[f"{name}_mask"])}
    return clean | dict(model.condense({name: changed, f"{name}_mask": inputs[f"{name}_mask"]}))


def _print_row(name: str, looked: list[Looked], gold: np.ndarray, deviation: np.ndarray) -> None:
    share = np.concatenate([one.share for one in looked])  # (time, value)
    slope = np.concatenate([one.slope for one in looked], axis=1)  # (label, time, value)
    leant, weight = _leant(share, slope, deviation)
    of_label = leant.sum(axis=1) / weight.sum(axis=1)
    prediction = np.concatenate([one.prediction for one in looked])
    scores = [ccc(gold[:, i], prediction[:, i]) for i in range(gold.shape[1])]
    print(
        f"{name:28} {np.nanmean(share):.3f} "
        + " ".join(f"{value:12.3f}" for value in of_label)
        + "   "
        + " / ".join(f"{value:.3f}" for value in scores),
        flush=True,
    )


def _leant(share: np.ndarray, slope: np.ndarray, deviation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the face at each step for each dimension, times its weight, and that; (label, time)."""
    weight = np.abs(slope) * deviation  # (label, time, value)
    return (weight * np.nan_to_num(share)).sum(axis=2), (weight * np.isfinite(share)).sum(axis=2)


def _draw(
    path: str, model: Aspandi2022, recording, inputs: Inputs, clean: Inputs, deviation: np.ndarray
) -> None:
    """Traces and gate of a recording, clean, and with its face covered from the middle on."""
    half = inputs["face"].shape[1] // 2

    def cover_second_half(face: Tensor) -> Tensor:
        face = face.clone()
        face[:, half:] = 0.0
        return face

    changed = _changed(model, Condition("face", cover_second_half), inputs, clean)
    with_face, without = (_look(model, one) for one in (clean, changed))
    gold = gold_standard(model, recording)
    panels: list[Lines] = []
    colours = PREDICTED, SERIES[4]
    for i, name in enumerate(model.labels):
        curves = [
            Curve("gold standard", gold[:, i], GOLD),
            Curve("prediction", with_face.prediction[:, i], colours[0]),
            Curve("face covered", without.prediction[:, i], colours[1]),
        ]
        panels.append(Lines(name, "", tuple(curves)))
    means = [one.share.mean(axis=1) for one in (with_face, without)]
    gates = {"share of the face, all values alike": means}
    for i, name in enumerate(model.labels):
        parts = [_leant(one.share, one.slope, deviation) for one in (with_face, without)]
        gates[f"share of the face for {name}, means of a second"] = [
            _by_second(leant[i]) / _by_second(weight[i]) for leant, weight in parts
        ]
    for title, both in gates.items():
        curves = [Curve("clean", both[0], colours[0]), Curve("face covered", both[1], colours[1])]
        panels.append(Lines(title, "", tuple(curves), (0.5,)))
    times_s = np.arange(len(gold)) * model.declaration.step_s
    figure = still_figure(panels, times_s, f"{recording.name}: face covered from {times_s[half]:.1f} s on")
    for place in figure.axes:
        place.axvline(times_s[half], color="black", linewidth=0.6)
    figure.savefig(path, dpi=150)
    print(f"{path}: {recording.name}", flush=True)


def _by_second(values: np.ndarray) -> np.ndarray:
    """Sums over a second that has passed, (time,) to the same."""
    summed = np.cumsum(values)
    return summed - np.concatenate([np.zeros(SECOND_STEPS), summed[:-SECOND_STEPS]])


def _inputs(model: Aspandi2022, recording) -> Inputs:
    """All of a recording, (1, time, ...); pictures of sound as the networks look at them."""
    steps = step_count(recording, model.declaration)
    given = ChunkFeed(model.declaration, recording, steps)(0, steps)
    return {name: value.unsqueeze(0) for name, value in given.items()}


def _look(model: Aspandi2022, condensed: Mapping[str, Tensor]) -> Looked:
    assert model.gate is not None
    with torch.no_grad():
        masks = [condensed[f"{name}_mask"] for name in model.config.modalities]
        latent = [condensed[CONDENSED + name] for name in model.config.modalities]
        gated = model.gate(*latent, *masks)
    fused = gated.fused.clone().requires_grad_()
    prediction, _, _ = model.head(fused, model.attention)
    slopes = [
        torch.autograd.grad(prediction[..., i].sum(), fused, retain_graph=True)[0][0]
        for i in range(len(model.labels))
    ]
    told = prediction[0].detach().numpy()
    return Looked(gated.fused[0].numpy(), gated.share[0].numpy(), torch.stack(slopes).numpy(), told)


def covered(top: float, height: float, left: float = 0.0, width: float = 1.0) -> Change:
    """A mid-grey box over part of the face, in shares of the picture."""

    def change(face: Tensor) -> Tensor:
        size, face = face.shape[-1], face.clone()
        rows = slice(round(top * size), round((top + height) * size))
        columns = slice(round(left * size), round((left + width) * size))
        face[..., rows, columns] = 0.0
        return face

    return change


def degraded(kinds: tuple[Degrade, ...]) -> Change:
    """The model's own degradations, drawn anew for each second."""

    def change(values: Tensor) -> Tensor:
        of_sound = values.ndim == 4  # (1, time, column, mel)
        pictures = values.unsqueeze(2).expand(-1, -1, 3, -1, -1) if of_sound else values
        degradation = Degradation(kinds, 1.0).train()
        whole = torch.cat([degradation(piece) for piece in pictures.split(SECOND_STEPS, dim=1)], dim=1)
        return whole[:, :, 0] if of_sound else whole

    return change


def noise(level_db: float) -> Change:
    """A floor of noise under the voice, dB of the loudest."""

    def change(spectrogram: Tensor) -> Tensor:
        power = 10 ** ((spectrogram - 1) * RANGE_DB / 20)
        louder = 10 * torch.log10(power + 10 ** (level_db / 10))
        return (1 + louder * 2 / RANGE_DB).clamp(-1, 1)

    return change


def of_another_time(values: Tensor) -> Tensor:
    """Moved by half a recording."""
    return values.roll(values.shape[1] // 2, dims=1)


CONDITIONS = {
    "clean": Condition("face", None),
    "face: mouth covered": Condition("face", covered(0.6, 0.4, 0.2, 0.6)),
    "face: lower half covered": Condition("face", covered(0.5, 0.5)),
    "face: all covered": Condition("face", covered(0.0, 1.0)),
    "face: black": Condition("face", lambda values: torch.full_like(values, -1.0)),
    "face: degraded": Condition("face", degraded(FACE)),
    "face: missing": Condition("face", lambda values: None),
    "face: of another time": Condition("face", of_another_time),
    "voice: noise at -60 dB": Condition("spectrogram", noise(-60)),
    "voice: noise at -40 dB": Condition("spectrogram", noise(-40)),
    "voice: noise at -20 dB": Condition("spectrogram", noise(-20)),
    "voice: silent": Condition("spectrogram", lambda values: torch.full_like(values, -1.0)),
    "voice: degraded": Condition("spectrogram", degraded(SPECTROGRAM)),
    "voice: missing": Condition("spectrogram", lambda values: None),
    "voice: of another time": Condition("spectrogram", of_another_time),
}


if __name__ == "__main__":
    main()
