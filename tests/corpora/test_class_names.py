"""A user's list of class names: joined, left out, kept; what it does not say, and what it may not."""

from pathlib import Path

import pytest

from emotrace.corpora.class_names import apply_class_names, read_class_names, warn_of_unknown_names
from emotrace.corpora.emotions import EMOTIONS
from emotrace.corpora.recording import Corpus, Recording
from emotrace.errors import DataError


def corpus(*labels):
    clips = tuple(Recording(name=f"c{n}", subject="s", emotion=label) for n, label in enumerate(labels))
    return Corpus("folder", Path("."), clips, classes=tuple(sorted({name for name in labels if name})))


@pytest.fixture
def table(tmp_path):
    def write(*rows, header="label,emotion"):
        path = tmp_path / "names.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        return path

    return write


def test_labels_are_renamed_joined_and_left_out(table):
    path = table("glad,happiness", "cheerful,happiness", "bored stiff,", "Umami,Umami", "nobody,fear")
    named = apply_class_names(corpus("glad", "cheerful", "bored stiff", "Umami", "anger", None), path)
    assert [one.emotion for one in named.recordings] == ["happiness", "happiness", "Umami", "anger", None]
    assert named.classes == ("anger", "happiness", "Umami")
    assert named.excluded == (("c2", f"c2 is bored stiff, which {path} leaves out"),)
    assert named.warnings == (
        f"{path} names labels that no clip has (clips have glad, cheerful, bored stiff, Umami, anger): 1 "
        "(nobody)",
        f"clips that {path} leaves out: 1 (c2)",
    )


def test_known_emotions_may_be_joined_too(table):
    named = apply_class_names(corpus("calm", "neutral", "anger"), table("calm,neutral"))
    assert named.classes == ("anger", "neutral")
    assert [one.emotion for one in named.recordings] == ["neutral", "neutral", "anger"]


def test_a_label_that_the_list_does_not_name_is_refused(table):
    path = table("glad,happiness")
    with pytest.raises(DataError, match=r"does not say which emotion Angry \(2 clips; anger\?\), odd \(1"):
        apply_class_names(corpus("glad", "Angry", "Angry", "odd"), path)


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (["glad,happiness"], "label,class", "has no column emotion; its columns are label, class"),
        ([",happiness"], "label,emotion", "line 2: its label is empty; expected the name of a class"),
        (["a,fear", "a,"], "label,emotion", "line 3: label a is left out and fear; expected one"),
    ],
)
def test_lists_that_are_no_lists(table, rows, header, message):
    with pytest.raises(DataError, match=message):
        read_class_names(table(*rows, header=header))


def test_a_list_that_leaves_nothing(table):
    with pytest.raises(DataError, match="leaves out every clip of the corpus; expected an emotion"):
        apply_class_names(corpus("a", "a"), table("a,"))


def test_a_corpus_without_classes(table):
    rated = Corpus("folder", Path("."), (Recording(name="a", subject="s"),), dimensions=("arousal",))
    with pytest.raises(DataError, match=r"the corpus has dimensions over time \(arousal\); leave the list"):
        apply_class_names(rated, table("a,fear"))


def test_names_that_nobody_else_has_are_warned_of_once_with_a_guess():
    (text,) = warn_of_unknown_names(corpus("anger", "suprise", "suprise", "joy"))
    assert text.startswith("classes that emotrace does not know: suprise (2 clips; surprise?), joy (1 clip);")
    assert "--classes CSV" in text
    assert warn_of_unknown_names(corpus("anger", "fear")) == []
    assert warn_of_unknown_names(corpus(None)) == []


def test_the_document_names_the_emotions_that_there_are():
    document = Path(__file__).parents[2] / "docs" / "folder-corpus.md"
    assert f"Known are: {', '.join(EMOTIONS)}." in " ".join(document.read_text(encoding="utf-8").split())


def test_a_list_of_other_labels_than_the_corpus_has_is_refused(table):
    path = table("01,neutral", "02,calm")
    with pytest.raises(
        DataError, match=r"names 01, 02, and no clip has such a label; .* the corpus: anger, fear"
    ):
        apply_class_names(corpus("anger", "fear"), path)
