"""A prepared corpus that a trained model would be wrong on without anybody noticing is refused."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from emotrace.config.declaration import AudioInput, Declaration, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.errors import DataError
from emotrace.store import PreparedCorpus, changed_media, media_digest, refuse_other_corpus

FACE, SOUND = {"face": FaceInput(size=32)}, {"audio": AudioInput(rate_hz=8000)}
FOUND = FaceSettings(detector="/here/one.onnx", detector_digest="aaaa")


@dataclass(frozen=True)
class Learnt:
    """What a checkpoint says."""

    corpus: str = "made"
    labels: tuple[str, ...] = ("arousal", "valence")
    value_range: tuple[float, float] = (-1.0, 1.0)
    faces: FaceSettings = FOUND
    declaration: Declaration = Declaration(inputs=FACE)  # noqa: RUF009


def corpus(**changes):
    recordings = tuple(SimpleNamespace(name=name, subject=name.upper(), entries={}) for name in "ab")
    facts = {
        "name": "made",
        "dimensions": ("arousal", "valence"),
        "classes": (),
        "value_range": (-1.0, 1.0),
        "settings": FOUND,
        "recordings": recordings,
    }
    return PreparedCorpus(path=Path("there"), **{**facts, **changes})


def check(prepared, learnt=Learnt(), subjects=None):
    refuse_other_corpus(prepared, learnt, ["a", "b"], {"a": "A", "b": "B"} if subjects is None else subjects)


def test_the_corpus_that_the_model_learnt_is_taken():
    check(corpus())
    check(corpus(), subjects={})
    check(corpus(), Learnt(corpus=""))
    check(corpus(settings=FOUND.model_copy(update={"detector": "/moved/one.onnx"})))
    check(corpus(), Learnt(faces=FOUND.model_copy(update={"detector_digest": ""})))
    check(corpus(value_range=(-1.0, 1.0 + 1e-9)))


def test_another_corpus_with_recordings_of_the_same_names_is_refused():
    with pytest.raises(
        DataError, match=r"^there: is the corpus other, and the run was trained on made, whose"
    ):
        check(corpus(name="other"))
    with pytest.raises(
        DataError, match=r"^there: b is of B, and the run was trained with a b of Z; give the"
    ):
        check(corpus(), subjects={"a": "A", "b": "Z"})


def test_changed_media_are_named_and_tables_do_not_count():
    def one(name, **hashes):
        return SimpleNamespace(name=name, source_hashes=hashes)

    known = {"a": media_digest(one("a", video="1", audio="2")), "b": media_digest(one("b", audio="3"))}
    now = [one("a", video="1", audio="9"), one("b", audio="3", **{"table-ecg": "4"}), one("c", video="5")]
    assert changed_media(now, known) == ["a"]
    assert changed_media(now, {}) == []


def test_another_scale_is_refused():
    message = (
        r"^there: its ratings run from 0 to 1, and the model learnt a scale from -1 to 1; expected the same "
        r"scale, give the prepared corpus that the run was trained on, or prepare this one with ratings on "
        r"that scale$"
    )
    with pytest.raises(DataError, match=message):
        check(corpus(value_range=(0.0, 1.0)))


def test_dimensions_are_found_by_name_in_any_order():
    check(corpus(dimensions=("liking", "valence", "arousal")))
    with pytest.raises(
        DataError, match=r"^there: has ratings of pleasure, and the model learnt arousal, valence; g"
    ):
        check(corpus(dimensions=("pleasure",)))


def test_classes_must_be_the_same_in_the_same_order():
    learnt = Learnt(labels=("calm", "sad"), declaration=Declaration(inputs=FACE, predicts="class"))
    check(corpus(classes=("calm", "sad"), value_range=(0.0, 1.0)), learnt)  # classes have no scale
    with pytest.raises(
        DataError, match=r"its classes are sad, calm, and the model learnt calm, sad; expected"
    ):
        check(corpus(classes=("sad", "calm")), learnt)
    with pytest.raises(DataError, match=r"its classes are none, and the model learnt calm, sad"):
        check(corpus(), learnt)


def test_faces_that_were_found_or_cut_in_another_way_are_refused_where_the_model_looks_at_them():
    wide = FOUND.model_copy(update={"margin": 0.5, "detector_digest": "bbbb"})
    message = (
        r"than those that the model learnt \(detector_digest is bbbb and was aaaa, margin is 0.5 and was "
        r"0.15\); give"
    )
    with pytest.raises(DataError, match=message):
        check(corpus(settings=wide))
    check(corpus(settings=wide), Learnt(declaration=Declaration(inputs=SOUND)))
