"""Degradations: what each does to a picture, that they stay in range, and that a seed decides all."""

import pytest
import torch

from emotrace.models.aspandi2022 import degradation
from emotrace.models.aspandi2022.config import Aspandi2022Config
from emotrace.models.aspandi2022.degradation import FACE, SPECTROGRAM, Degradation
from emotrace.models.aspandi2022.model import Aspandi2022

KINDS = sorted({*FACE, *SPECTROGRAM}, key=lambda kind: kind.__name__)


@pytest.fixture
def pictures():
    torch.manual_seed(1)
    return torch.rand(4, 3, 32, 32) * 2 - 1


def test_there_are_six_for_faces_and_three_for_sound():
    assert [kind.__name__ for kind in FACE] == [
        "scale_down_and_up",
        "blur",
        "add_noise",
        "darken",
        "to_grey",
        "occlude",
    ]
    assert [kind.__name__ for kind in SPECTROGRAM] == ["add_grey_noise", "blur", "mask_bands"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("size", [32, 64, 128])
def test_each_changes_pictures_within_their_range_and_as_seeded(kind, size):
    torch.manual_seed(2)
    pictures = torch.rand(3, 3, size, size) * 2 - 1
    before = pictures.clone()
    found = []
    for seed in (5, 5, 6):
        torch.manual_seed(seed)
        found.append(kind(pictures))
    assert torch.equal(found[0], found[1]) and torch.equal(pictures, before)
    assert found[0].shape == pictures.shape and not torch.equal(found[0], pictures)
    assert kind is degradation.to_grey or not torch.equal(found[0], found[2])
    assert all(one.min() >= -1 - 1e-6 and one.max() <= 1 + 1e-6 for one in found)  # float32 sums


@pytest.mark.parametrize("kind", [degradation.scale_down_and_up, degradation.blur])
def test_detail_is_lost_and_plain_areas_stay(kind, pictures):
    plain = torch.full((1, 3, 32, 32), 0.3)
    torch.testing.assert_close(kind(plain), plain)
    assert kind(pictures).diff(dim=-1).abs().mean() < 0.7 * pictures.diff(dim=-1).abs().mean()


def test_dark_is_darker_everywhere_and_grey_has_no_colour(pictures):
    dark = degradation.darken(pictures)
    assert (dark <= pictures).all()
    ratio = (dark + 1) / (pictures + 1)
    torch.testing.assert_close(ratio, torch.full_like(ratio, ratio.median().item()), atol=1e-3, rtol=0)
    grey = degradation.to_grey(pictures)
    assert torch.equal(grey[:, 0], grey[:, 1]) and torch.equal(grey[:, 0], grey[:, 2])
    torch.testing.assert_close(degradation.to_grey(grey), grey)


@pytest.mark.parametrize("seed", range(5))
def test_an_occlusion_is_one_rectangle_for_all_pictures(pictures, seed):
    torch.manual_seed(seed)
    changed = (degradation.occlude(pictures) != pictures).any(1)  # (picture, height, width)
    assert torch.equal(changed[0], changed[3])
    rows, columns = changed[0].any(1).nonzero().flatten(), changed[0].any(0).nonzero().flatten()
    assert changed[0].sum() == len(rows) * len(columns)
    assert 8 <= len(rows) <= 16 and 8 <= len(columns) <= 16


def test_a_mask_is_silence_over_all_time_or_all_bands(pictures):
    kinds = set()
    for seed in range(12):
        torch.manual_seed(seed)
        silent = (degradation.mask_bands(pictures) == -1).all(0).all(0)  # (band, column)
        bands, columns = silent.all(1).sum().item(), silent.all(0).sum().item()
        assert (bands > 0) != (columns > 0) and 4 <= max(bands, columns) <= 11
        kinds.add(bands > 0)
    assert kinds == {True, False}


def test_noise_on_sound_is_the_same_in_all_channels(pictures):
    sound = pictures[:, :1].expand_as(pictures)
    noisy = degradation.add_grey_noise(sound)
    assert torch.equal(noisy[:, 0], noisy[:, 2]) and not torch.equal(noisy[0], noisy[1])


def test_about_half_of_the_sequences_are_degraded_and_each_as_a_whole():
    torch.manual_seed(3)
    pictures = (torch.rand(400, 2, 3, 16, 16) * 2 - 1) * 0.5
    found = Degradation(FACE, 0.5).train()(pictures)
    steps = (found != pictures).flatten(2).any(2)  # (batch, time)
    assert torch.equal(steps[:, 0], steps[:, 1])
    assert 160 < steps[:, 0].sum() < 240  # 4 standard deviations


def test_evaluation_and_a_share_of_zero_leave_all_as_it_is(pictures):
    sequences = pictures.unsqueeze(0)
    assert Degradation(FACE, 1.0).eval()(sequences) is sequences
    state = torch.get_rng_state()
    assert Degradation(FACE, 0.0).train()(sequences) is sequences
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    "lose, left", [(degradation.cover, {-1.0, 0.0}), (degradation.silence, {-1.0})], ids=["face", "voice"]
)
def test_sequences_that_are_lost_show_nothing_degraded_or_not(lose, left):
    torch.manual_seed(3)
    pictures = (torch.rand(400, 2, 3, 16, 16) * 2 - 1) * 0.5
    found = Degradation(FACE, 0.5, lose, 0.25).train()(pictures)
    gone = (found == found[:, :1, :1, :1, :1]).flatten(1).all(1)
    assert 65 < gone.sum() < 135  # 4 standard deviations
    assert set(found[gone].unique().tolist()) == left
    degraded = (found != pictures).flatten(1).any(1)
    assert 110 < (degraded & ~gone).sum() < 190 and (gone & degraded).sum() == gone.sum()


def test_stages_see_each_picture_anew_only_where_some_are_lost():
    one = {"modalities": ("face",), "sequence": True, "degradation": 0.0}
    assert Aspandi2022(Aspandi2022Config(**one), ("arousal",)).learns_condensed
    assert not Aspandi2022(Aspandi2022Config(**one, lost=0.1), ("arousal",)).learns_condensed
