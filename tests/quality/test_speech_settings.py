"""A check of a corpus that was prepared by other settings of voice activity than the defaults."""

import numpy as np

from emotrace.config.declaration import FeatureInput
from emotrace.config.media import FaceSettings
from emotrace.corpora import Corpus, Recording
from emotrace.media.wave_file import write_sound
from emotrace.quality import check_prepared
from emotrace.store import open_prepared, prepare

RATE_HZ = 16000


def test_a_corpus_prepared_by_other_settings_alone_is_checked_by_those(tmp_path):
    sound = 0.3 * np.sin(2 * np.pi * 200 * np.arange(RATE_HZ) / RATE_HZ)
    write_sound(tmp_path / "hum.wav", [sound.astype(np.float32)], RATE_HZ)
    clip = Recording(name="hum", subject="hum", audio=tmp_path / "hum.wav", emotion="anger")
    corpus = Corpus("made", tmp_path, (clip,), classes=("anger",))
    for name, found in (("-band-hz-100-3000", True), ("", False)):  # the default comes first where it is
        inputs = [FeatureInput(name=f"speech-segments{name}", columns=2)]
        prepare(corpus, tmp_path / "prepared", inputs=inputs, settings=FaceSettings())
        (one,) = check_prepared(open_prepared(tmp_path / "prepared")).recordings
        assert one.view.speech.found is found
