"""Pictures of sound: which columns, what lies outside, and every cutting gives the same."""

import librosa
import numpy as np
import pytest
import torch

from emotrace.config.base import validate
from emotrace.config.declaration import Declaration, FaceInput, SpectrogramInput
from emotrace.config.media import FaceSettings
from emotrace.corpora import read
from emotrace.demo import write_demo_corpus
from emotrace.errors import ConfigError, DataError
from emotrace.features import MediaTracks, Track, assemble
from emotrace.features.derived.mel_spectrogram import mel_spectrogram
from emotrace.features.derived_tracks import DerivedTracks
from emotrace.features.spectrogram_pictures import spectrogram_pictures
from emotrace.store import open_prepared, prepare
from emotrace.store.keys import plan_tracks
from emotrace.timing import Timeline

SPEC = SpectrogramInput(columns=6)
VOICE = Declaration(inputs={"spectrogram": SPEC})


class Source:
    """A recording with a spectrogram of 50 columns per second, 2 per step: column k holds k / 1000."""

    def __init__(self, columns, duration_s, bands=128, start_s=0.0, rate_hz=50.0):
        self.duration_s = duration_s
        values = np.repeat(np.arange(columns, dtype=np.float32)[:, None] / 1000, bands, axis=1)
        self.tracks = {"feature-mel-128": Track(values, Timeline.regular(columns, rate_hz, start_s))}

    def track(self, name):
        return self.tracks.get(name)


def columns_of(pictures) -> list:
    return (np.asarray(pictures)[..., 0] * 1000).round().astype(int).tolist()


def test_the_column_at_half_is_the_one_nearest_to_the_step():
    pictures = assemble(VOICE, Source(100, 2.0), 10, 12)
    assert pictures["spectrogram"].shape == (2, 6, 128)
    assert columns_of(pictures["spectrogram"]) == [[17, 18, 19, 20, 21, 22], [19, 20, 21, 22, 23, 24]]
    assert pictures["spectrogram_mask"].all() and pictures["spectrogram"].is_contiguous()


def test_what_lies_outside_the_sound_is_silence():
    pictures = assemble(VOICE, Source(4, 0.08), 0, 2)["spectrogram"]
    assert columns_of(pictures) == [[-1000, -1000, -1000, 0, 1, 2], [-1000, 0, 1, 2, 3, -1000]]


def test_sound_that_is_shorter_or_longer_than_the_video_or_begins_late():
    short = assemble(VOICE, Source(4, 0.2), 0, 5)  # 0.08 s of sound
    assert short["spectrogram_mask"].tolist() == [True, True, False, False, False]
    assert not short["spectrogram"][2:].any() and columns_of(short["spectrogram"])[1][1] == 0
    longer = assemble(VOICE, Source(100, 0.08), 0, 2)
    assert columns_of(longer["spectrogram"])[1] == [-1000, 0, 1, 2, 3, 4]
    late = assemble(VOICE, Source(100, 1.0, start_s=0.08), 0, 4)
    assert late["spectrogram_mask"].tolist() == [False, False, True, True]
    assert columns_of(late["spectrogram"][2])[3] == 0 and not late["spectrogram"][:2].any()


def test_no_sound_at_all():
    silent = Source(0, 0.2)
    without = Source(0, 0.2)
    without.tracks.clear()
    for source in (silent, without):
        given = assemble(VOICE, source, 0, 5)
        assert given["spectrogram"].shape == (5, 6, 128) and not given["spectrogram"].any()
        assert not given["spectrogram_mask"].any()


def test_silence_from_beginning_to_end_is_no_voice():
    silent, quiet = np.zeros(22050, np.float32), np.full(22050, 1e-3, np.float32)
    for samples, heard in ((silent, False), (quiet, True)):
        source = Source(0, 1.0)
        made = mel_spectrogram(Track(samples, Timeline.regular(22050, 22050.0)))
        source.tracks["feature-mel-128"] = made
        given = assemble(VOICE, source, 0, 25)
        assert given["spectrogram_mask"].tolist() == [heard] * 25
        assert bool(given["spectrogram"].any()) == heard


def test_any_cutting_gives_the_same_pictures_and_edges_repeat(rng):
    samples = rng.normal(0, 0.1, 22050 * 3).astype(np.float32)

    class Spoken:
        duration_s = 3.2

        def track(self, name):
            return Track(samples, Timeline.regular(len(samples), 22050.0)) if name == "audio-22050" else None

    source = DerivedTracks(Spoken())
    declaration = Declaration(inputs={"spectrogram": SpectrogramInput()})
    whole = assemble(declaration, source, 0, 80)
    assert whole["spectrogram_mask"].sum() == 76  # the last column, at 2.995 s, is nearest to 3 s too
    for size in (1, 7, 32):
        parts = [assemble(declaration, source, first, min(first + size, 80)) for first in range(0, 80, size)]
        for name, value in whole.items():
            assert torch.equal(torch.cat([part[name] for part in parts]), value)
    around = assemble(declaration, source, -2, 82)
    assert torch.equal(around["spectrogram"][:3], whole["spectrogram"][[0, 0, 0]])
    columns = mel_spectrogram(source.track("audio-22050")).values
    at = round(38 * 0.04 * 22050 / 512)
    np.testing.assert_array_equal(whole["spectrogram"][38], columns[at - 64 : at + 64])


def test_every_picture_is_cut_out_of_librosa_s_spectrogram_of_the_whole_file(rng):
    samples = rng.normal(0, 0.1, 22050 * 4).astype(np.float32)
    power = librosa.feature.melspectrogram(y=samples, sr=22050, n_mels=128)
    whole = librosa.power_to_db(power, ref=np.max).T / 40 + 1  # (column, mel): -80 dB is -1, 0 dB is 1
    padded = np.pad(whole, ((64, 64), (0, 0)), constant_values=-1)

    class Spoken:
        duration_s = 4.0

        def track(self, name):
            return Track(samples, Timeline.regular(len(samples), 22050.0)) if name == "audio-22050" else None

    source = DerivedTracks(Spoken())
    declaration = Declaration(inputs={"spectrogram": SpectrogramInput()})
    for first, last in ((0, 100), (40, 41), (40, 56)):  # with the edges, and inside
        given = assemble(declaration, source, first, last)["spectrogram"].numpy()
        columns = np.rint(np.arange(first, last) * 0.04 * 22050 / 512).astype(int)
        expected = np.stack([padded[column : column + 128] for column in columns])
        # float32: the product with the filters is summed in another order in a smaller piece
        np.testing.assert_allclose(given, expected, atol=1e-6)


def test_a_prepared_recording_and_its_media_give_the_same_bits(tmp_path):
    write_demo_corpus(tmp_path / "corpus", train=1, development=0, test=0, duration_s=3)
    corpus = read("avec2016", tmp_path / "corpus")
    declaration = Declaration(inputs={"spectrogram": SpectrogramInput()})
    inputs = tuple(declaration.inputs.values())
    assert prepare(corpus, tmp_path / "prepared", inputs=inputs, settings=FaceSettings()).failed == []
    (stored,) = open_prepared(tmp_path / "prepared").recordings
    whole = assemble(declaration, stored, 0, 75)
    assert whole["spectrogram_mask"].all() and whole["spectrogram"].max() == 1
    with MediaTracks(None, corpus.recordings[0].audio) as media:
        straight = assemble(declaration, DerivedTracks(media), 0, 75)
    assert all(torch.equal(straight[name], value) for name, value in whole.items())


def test_another_number_of_bands_is_refused():
    with pytest.raises(DataError, match=r"feature-mel-128 has rows of shape \(40,\); expected \(128,\)"):
        spectrogram_pictures(SPEC, Source(10, 1.0, bands=40), np.arange(3), 0.04)


def test_an_odd_number_of_columns_is_refused():
    with pytest.raises(ConfigError, match="columns"):
        validate(SpectrogramInput, {"columns": 5}, "test")


def test_prepare_stores_the_feature_that_pictures_are_cut_from():
    plans = plan_tracks([SpectrogramInput(), FaceInput(size=128)], FaceSettings())
    assert [(name, plan.kept) for name, plan in plans.items() if name != "faces"] == [
        ("audio-22050", False),
        ("feature-mel-128", True),
        ("face-128", True),
    ]
    assert plans["feature-mel-128"].spec == {"kind": "feature", "name": "mel-128", "columns": 128, "of": None}
    assert plan_tracks([SpectrogramInput(), SpectrogramInput(columns=64)], FaceSettings()).keys() == {
        "audio-22050",
        "feature-mel-128",
    }
