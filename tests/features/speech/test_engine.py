"""`features.speech.describe`: openSMILE's own values, and what it is not given."""

import sys
import warnings
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from emotrace.errors import ConfigError, DataError, InputError, MissingExtraError
from emotrace.features import Track
from emotrace.features.derived import egemaps, is10_short
from emotrace.features.speech import describe
from emotrace.timing import Timeline
from made_voice import sound, voice

IS10 = is10_short.SHORT


def test_twice_the_same_bits():
    track = sound(voice(1.0))
    np.testing.assert_array_equal(describe(track, egemaps.LLD), describe(track, egemaps.LLD))


@pytest.mark.parametrize("length", [0, 1, 800])
@pytest.mark.parametrize("wanted", [egemaps.LLD, egemaps.FUNCTIONALS, IS10], ids=["lld", "func", "is10"])
def test_too_short_for_a_frame_gives_no_row_and_no_warning(wanted, length):
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        rows = describe(sound(np.zeros(length)), wanted)
    assert rows.shape == (0, len(wanted.columns)) and rows.dtype == np.float32


def test_full_scale_is_clipped_not_turned_over():
    # openSMILE's 16 bits turn +1.0 into -1.0: without clipping a square wave of +-1 would be constant
    square = np.where(np.arange(16000) // 40 % 2, 1.0, -1.0).astype(np.float32)
    below = np.minimum(square, 32767 / 32768)
    wanted = describe(sound(below), egemaps.LLD)
    np.testing.assert_array_equal(describe(sound(square), egemaps.LLD), wanted)
    np.testing.assert_array_equal(describe(sound(square * 3), egemaps.LLD), wanted)


def test_nan_samples_are_silence():
    broken = voice(0.5)
    broken[3000:3100] = np.nan
    mended = np.nan_to_num(broken)
    np.testing.assert_array_equal(describe(sound(broken), egemaps.LLD), describe(sound(mended), egemaps.LLD))


def test_other_rates_are_told_to_opensmile():
    rows = describe(Track(voice(1.0)[::2], Timeline.regular(8000, 8000.0)), egemaps.LLD)
    assert len(rows) == 96  # as for a second at 16 kHz


def test_no_sound_is_refused():
    with pytest.raises(InputError, match=r"rows of shape \(2,\) at 16000.0 Hz; expected single samples"):
        describe(Track(np.zeros((100, 2), np.float32), Timeline.regular(100, 16000)), egemaps.LLD)
    with pytest.raises(InputError, match="at no constant Hz; expected single samples at a constant rate"):
        describe(Track(np.zeros(2, np.float32), Timeline.irregular([0, 1])), egemaps.LLD)


def test_without_opensmile(monkeypatch):
    monkeypatch.setitem(sys.modules, "opensmile", None)
    with pytest.raises(MissingExtraError, match=r"not installed; run: pip install 'emotrace\[opensmile\]'"):
        describe(sound(voice(0.5)), egemaps.LLD)


def test_an_opensmile_too_old_for_the_set(monkeypatch):
    import opensmile

    monkeypatch.setattr(opensmile, "FeatureSet", SimpleNamespace())
    with pytest.raises(
        MissingExtraError, match=r"lacks the set IS10; expected 2.6 or later, run: pip install"
    ):
        describe(sound(voice(0.5)), IS10)


def test_an_opensmile_with_other_columns():
    other = replace(egemaps.LLD, columns=(*egemaps.LLD.columns[:-1], "F4frequency_sma3nz"))
    with pytest.raises(
        DataError, match=r"gives eGeMAPSv02 .lld. 25 columns from Loudness_sma3 to F3amp.*to F4freq"
    ):
        describe(sound(voice(0.5)), other)


def test_a_folder_that_opensmile_cannot_read(tmp_path):
    config = tmp_path / "Jürgen" / "is10_short.conf"
    config.parent.mkdir()
    config.write_bytes(IS10.config.read_bytes())
    with pytest.raises(ConfigError, match=r"openSMILE cannot read .*Jürgen.*not plain ASCII; install"):
        describe(sound(voice(0.5)), replace(IS10, config=config))
