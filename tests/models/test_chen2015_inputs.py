"""chen2015: what enters it, scored and missing, reduced to components; and settings that do not fit."""

import pytest
import torch
from test_chen2015 import example, narrow, windows

from emotrace.errors import ConfigError, InputError
from emotrace.models import build


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(20215)


def test_features_are_scored_by_what_was_observed_in_training():
    model = narrow("layered-valence")
    train, development = [example(model, 1), example(model, 2)], [example(model, 3)]
    assert model.fit_on(train, development) is None
    for name in model.config.used:
        rows = torch.cat([each.inputs[name][5:] for each in train])
        known = torch.nan_to_num(rows[:, 0], nan=0).double()
        count = rows[:, 0].isfinite().sum()
        assert model.standardise[name].mean[0].item() == pytest.approx(float(known.sum() / count), rel=1e-5)
        expected = rows[:, 1].double().std(unbiased=False).item()
        assert model.standardise[name].std[1].item() == pytest.approx(expected, rel=1e-5)
    read = next(model.eval()._read({key: value[None] for key, value in train[0].inputs.items()}))
    assert not read[0][0, :5].any() and read[0][0, 7, 0] == 0  # missing steps and values: the mean
    assert abs(float(read[0][0, 8:].mean())) < 0.5 and torch.isfinite(read[0]).all()


def test_a_missing_modality_is_its_mean_whatever_its_values():
    model = narrow("concatenation-valence").eval()
    model.fit_on([example(model, 1)], [])
    inputs = windows(model, 1, 8)
    absent = {
        **inputs,
        "eda": torch.zeros_like(inputs["eda"]),
        "eda_mask": torch.zeros(1, 8, dtype=torch.bool),
    }
    average = {**inputs, "eda": model.standardise["eda"].mean.expand(1, 8, -1)}
    with torch.inference_mode():
        torch.testing.assert_close(model(absent)["prediction"], model(average)["prediction"])
        assert not torch.allclose(model(absent)["prediction"], model(inputs)["prediction"])


def test_modalities_are_dropped_in_training_alone_seeded_and_never_all():
    model = narrow("concatenation-valence", modality_dropout=0.8).train()
    names = model.config.used
    inputs = windows(model, 2000, 1)
    inputs = {key: torch.ones_like(value) for key, value in inputs.items()}

    def seen(torch_seed: int) -> torch.Tensor:
        torch.manual_seed(torch_seed)
        (entering, *_) = model._read(inputs)
        return torch.stack([(each != 0).all(dim=2)[:, 0] for each in entering])  # (input, window)

    kept = seen(1)
    assert kept.shape == (len(names), 2000) and kept.any(dim=0).all()
    assert torch.equal(seen(1), kept) and not torch.equal(seen(2), kept)
    # 0.2, and a fifth of the 0.8 ** 5 windows that would have lost all five
    expected = 0.2 + 0.8**5 / 5
    assert kept.float().mean(dim=1).tolist() == pytest.approx([expected] * 5, abs=0.04)
    model.eval()
    assert seen(1).all()
    single = narrow("ecg", modality_dropout=0.9).train()
    assert next(single._read({key: value[:50] for key, value in inputs.items() if "ecg" in key}))[0].all()


def test_appearance_is_reduced_by_components_of_the_training_recordings():
    model = narrow("concatenation-audio-video", components={"video_app": 3})
    assert model.recurrent[0].layers[0].width == 3 + 5 + 4
    train = [example(model, seed) for seed in range(3)]
    for each in train:
        each.inputs["video_app"][7, 0] = 0.0
    model.fit_on(train, [])
    scores = model.standardise["video_app"](
        model.components["video_app"](torch.cat([each.observed("video_app") for each in train]))
    )
    correlation = scores.T @ scores / len(scores)
    torch.testing.assert_close(correlation, torch.eye(3), atol=1e-3, rtol=0)
    assert "components.video_app" in "".join(model.state_dict())
    with pytest.raises(InputError, match="3 principal components of video_app were asked of 2 whole rows"):
        model.fit_on([example(model, 1, steps=8)], [])


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"cells": ()}, r"cells is \(\); expected one or more numbers >= 1"),
        ({"cells": (5, 0)}, r"cells is \(5, 0\); expected one or more numbers >= 1"),
        ({"enter": ()}, r"enter is \(\); expected the inputs of each layer from the first"),
        ({"enter": ((), ("ecg",))}, "expected the inputs of each layer from the first, which has some"),
        ({"enter": (("ecg",), ("eda",), ("video_geo",))}, "at most 2 layers, as cells says"),
        (
            {"enter": (("ecg", "hair"),)},
            "enter names ecg, hair; expected names of inputs, each at most once, of",
        ),
        (
            {"enter": (("ecg",), ("ecg",))},
            "enter names ecg, ecg; expected names of inputs, each at most once",
        ),
        ({"components": {"hair": 2}}, "components names 'hair'; expected an input, one of: audio_short"),
        ({"components": {"ecg": 55}}, "components of ecg is 55; expected at most 54, the columns"),
        ({"components": {"ecg": 0}}, "components.ecg is 0"),
        ({"modality_dropout": 1.0}, "modality_dropout is 1.0"),
        ({"inputs": {"ecg": {"kind": "face", "size": 96}}}, "inputs.ecg is .*'face'"),
        (
            {"inputs": {"ekg": {"of": "x"}}},
            "inputs.ekg is {'of': 'x'}: expected a key 'kind' in it, which says",
        ),
    ],
)
def test_settings_that_do_not_fit_are_refused(overrides, message):
    with pytest.raises(ConfigError, match=message):
        build("chen2015/ecg", **overrides)
