"""Opening a run and its recordings: what is taken, and what is refused in one sentence."""

import json
import shutil

import numpy as np
import pytest

from corpus_writers import media
from emotrace import models
from emotrace.config.declaration import AudioInput
from emotrace.config.media import FaceSettings
from emotrace.corpora import Corpus, Recording, Series
from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.insight import examine
from emotrace.store import prepare

TIMES = np.arange(10) * 0.04


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Three recordings of sound, prepared."""
    folder = tmp_path_factory.mktemp("made")
    recordings = [
        Recording(
            name=name,
            subject=name,
            audio=media.write_wav(folder / f"{name}.wav", seed=ord(name)),
            gold={"arousal": Series(TIMES, TIMES), "valence": Series(TIMES, -TIMES)},
            partition=part,
        )
        for name, part in (("a", "train"), ("c", "test"), ("b", "test"))
    ]
    corpus = Corpus("made", folder, recordings, dimensions=("arousal", "valence"))
    prepare(corpus, folder / "prepared", inputs=[AudioInput()], settings=FaceSettings())
    return folder / "prepared"


@pytest.fixture
def run(tmp_path, prepared):
    """A run whose weights nobody trained."""
    model = models.build("tzirakis2017/speech", preset="small", cells=(4, 3))
    meta = models.CheckpointMeta(
        name="tzirakis2017/speech",
        preset="small",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1.0, 1.0),
        declaration=model.declaration,
    )
    models.save_checkpoint(tmp_path / "checkpoints" / "best.safetensors", model, meta)
    change(
        tmp_path / "run.json", system="tzirakis2017", variant="speech", prepared=str(prepared), state="done"
    )
    parts = {"train": ["a"], "development": [], "test": ["c", "b"]}
    change(tmp_path / "partition.json", parts=parts, subjects={})
    return tmp_path


def change(path, **values):
    before = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(before | values))


def test_the_recordings_of_the_partition_are_taken(run, prepared):
    found = examine(run)
    assert [one.name for one in found.recordings] == ["b", "c"] and found.unseen
    assert found.dimensions == ("arousal", "valence") and found.meta.name == "tzirakis2017/speech"
    assert not found.model.training
    seen = examine(run, prepared, "train", drawn="a")
    assert [one.name for one in seen.recordings] == ["a"] and seen.drawn == "a" and not seen.unseen


def test_what_is_asked_for_must_be_there(run):
    with pytest.raises(InputError, match=r"--partition is 'dev'; expected one of: train, development, test"):
        examine(run, partition="dev")
    with pytest.raises(DataError, match=r"the partition development of this run is empty; choose another"):
        examine(run, partition="development")
    with pytest.raises(InputError, match=r"--recording is 'a'; expected one of test: b, c"):
        examine(run, drawn="a")


def test_a_run_that_is_none_or_unfinished_is_refused(run, tmp_path_factory):
    with pytest.raises(CheckpointError, match=r"run.json: not readable"):
        examine(tmp_path_factory.mktemp("empty"))
    system = json.loads((run / "run.json").read_text())["system"]
    change(run / "run.json", system="fusion")
    with pytest.raises(CheckpointError, match="is a fusion of other runs and has no network of its own"):
        examine(run)
    change(run / "run.json", system=system)
    (run / "checkpoints" / "best.safetensors").unlink()
    with pytest.raises(
        CheckpointError,
        match=r"best.safetensors: does not exist, though run.json says that training is 'done'",
    ):
        examine(run)
    change(run / "partition.json", parts=["a"])
    with pytest.raises(
        CheckpointError, match=r"partition.json: parts is \['a'\]; expected the names of each"
    ):
        examine(run)
    change(run / "run.json", folds=[{"fold": 1, "state": "done"}])
    with pytest.raises(CheckpointError, match=r"is a cross-validation .* give the folder of one fold"):
        examine(run)


def test_another_prepared_corpus_is_refused(run, tmp_path):
    change(run / "partition.json", parts={"test": ["b", "x", "y"]})
    with pytest.raises(
        DataError, match=r"lacks 2 recordings of the partition test, the first is x; give the"
    ):
        examine(run)
    with pytest.raises(DataError, match=r"gone: is not a prepared corpus"):
        examine(run, tmp_path / "gone")
    change(run / "partition.json", parts={"test": ["b"]}, subjects={"b": "somebody else"})
    with pytest.raises(
        DataError, match=r"b is of b, and the run was trained with a b of somebody else; give"
    ):
        examine(run)


def test_a_run_to_compare_with_is_opened_on_the_same_recordings(run, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run, other, ignore=shutil.ignore_patterns("other"))
    found = examine(run, against=other)
    assert [one.name for one in found.against.recordings] == ["b", "c"]
    assert found.against.files.path == other and examine(run).against is None
    with pytest.raises(InputError, match=r"--against is .*, the run that is looked into; expected another"):
        examine(run, against=run / "checkpoints" / "..")
    change(other / "partition.json", parts={"train": [], "development": [], "test": ["a", "b"]})
    said = (
        r"--against is .*other, whose partition test has other recordings \(2 differ, the first is a\); exp"
    )
    with pytest.raises(InputError, match=said):
        examine(run, against=other)


def test_post_processing_is_known_of_both_runs(run, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run, other, ignore=shutil.ignore_patterns("other"))
    change(other / "postprocess.json", in_words="arousal: shift by 0.4 s", fitted={})
    found = examine(run, against=other)
    assert (found.postprocess, found.against.postprocess) == ("", "arousal: shift by 0.4 s")
    change(run / "postprocess.json", fitted=None, reason="no development recordings")
    assert examine(run).postprocess == ""


def test_a_run_on_another_scale_is_not_compared_with(run, prepared, tmp_path):
    other, scaled = tmp_path / "other", tmp_path / "scaled"
    shutil.copytree(run, other, ignore=shutil.ignore_patterns("other", "scaled"))
    shutil.copytree(prepared, scaled)
    change(scaled / "corpus.json", value_range=[0.0, 1.0])
    best = other / "checkpoints" / "best.safetensors"
    model, meta = models.load_checkpoint(best)
    models.save_checkpoint(best, model, meta.model_copy(update={"value_range": (0.0, 1.0)}))
    change(other / "run.json", prepared=str(scaled))
    said = (
        r"--against is .*other, which learnt ratings from 0 to 1, and this run learnt them from -1 to 1; ex"
    )
    with pytest.raises(InputError, match=said):
        examine(run, against=other)


def test_a_run_that_predicts_something_else_is_not_compared_with(run, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(run, other, ignore=shutil.ignore_patterns("other"))
    model = models.build(
        "tzirakis2017/speech", preset="small", labels=("valence",), step_s=0.08, cells=(4, 3)
    )
    meta = models.CheckpointMeta(
        name="tzirakis2017/speech",
        preset="small",
        config=model.config.model_dump(mode="json"),
        labels=model.labels,
        value_range=(-1.0, 1.0),
        declaration=model.declaration,
    )
    models.save_checkpoint(other / "checkpoints" / "best.safetensors", model, meta)
    with pytest.raises(InputError, match=r"--against is .*other, which predicts valence every 0.08 s; expe"):
        examine(run, against=other)


def test_traces_are_made_once_and_have_the_gold_standard(run):
    found = examine(run)
    traces = found.traces
    assert traces is found.traces and len(traces) == 2
    np.testing.assert_allclose(traces[0].gold[:10, 0], TIMES, atol=1e-6)
