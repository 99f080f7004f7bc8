"""The IEMOCAP adapter: summary and raters' lines, classes, speakers, and faults."""

import pytest

from corpus_writers import iemocap as writer
from corpus_writers.media import write_wav
from emotrace import corpora
from emotrace.corpora import roots
from emotrace.corpora.adapters.iemocap.evaluation import EMOTIONS, read_evaluation, read_transcription
from emotrace.corpora.emotions import EMOTIONS as NAMES
from emotrace.errors import ConfigError, DataError


def read(root, **options):
    corpus = corpora.read("iemocap", root, **options)
    return corpus, {one.name: one for one in corpus.recordings}


def value(series):
    assert series.times_s.tolist() == [0.0]
    return series.values.item()


def test_utterances(tmp_path):
    corpus, found = read(writer.write(tmp_path))
    assert corpus.dimensions == ("arousal", "valence", "dominance") and corpus.value_range == (1.0, 5.0)
    assert len(corpus.classes) == 10 and set(corpus.classes) <= set(NAMES)
    one = found["Ses01F_impro01_F000"]
    assert {name: value(series) for name, series in one.gold.items()} == {
        "arousal": 3.0,
        "valence": 2.5,
        "dominance": 2.0,
    }
    assert {name: value(series) for name, series in one.ratings["valence"].items()} == {
        "E1": 3,
        "E2": 2,
        "F1": 5,
    }
    assert {name: value(series) for name, series in one.ratings["arousal"].items()} == {
        "E1": 2,
        "E2": 3,
        "F1": 5,
    }
    assert {name: value(series) for name, series in one.ratings["dominance"].items()} == {
        "E1": 2,
        "E2": 4,
        "F1": 1,
    }
    assert (one.subject, one.session, one.emotion) == ("Ses01F", "Session1", "neutral")
    assert one.attributes == {
        "sex": "female",
        "dialogue": "Ses01F_impro01",
        "elicitation": "improvisation",
        "text": "Excuse me.",
        "votes": "E2 Neutral; E3 Neutral+Sadness; F1 Anger",
    }
    # The letter in the dialogue is who wears the markers; who speaks is the letter at the end.
    assert found["Ses01M_script01_1b_F003"].subject == "Ses01F"
    assert found["Ses01M_script01_1b_F003"].attributes["elicitation"] == "script"
    assert found["Ses02F_impro01_M005"].subject == "Ses02M"
    assert found["Ses02F_impro01_M005"].session == "Session2"


def test_no_agreement_and_missing_dominance(tmp_path):
    corpus, found = read(writer.write(tmp_path))
    one = found["Ses01F_impro01_M000"]
    assert one.emotion is None and value(one.gold["arousal"]) == 4.0
    assert list(one.ratings["dominance"]) == ["E2"] and list(one.ratings["valence"]) == ["E1", "E2"]
    assert "raters agree on no class, dimensions are kept: 1 (Ses01F_impro01_M000)" in corpus.warnings
    assert "a rater left out a dimension: 1 (Ses01F_impro01_M000)" in corpus.warnings
    assert dict(corpus.skipped)["Ses02F_impro01_F009"].endswith(
        "has no labels; expected them beside its media"
    )
    assert found["Ses01F_impro01_MXX0"].subject == "Ses01M"


def test_four_classes(tmp_path):
    corpus, found = read(writer.write(tmp_path), classes="four")
    assert corpus.classes == ("anger", "happiness", "neutral", "sadness")
    assert {name: one.emotion for name, one in found.items()} == {
        "Ses01F_impro01_F000": "neutral",
        "Ses01F_impro01_M000": None,
        "Ses01F_impro01_MXX0": "happiness",
        "Ses01M_script01_1b_F003": None,
        "Ses02F_impro01_M005": "sadness",
    }
    assert "of class frustration, which is none of the four, dimensions are kept: 1" in "\n".join(
        corpus.warnings
    )
    with pytest.raises(ConfigError, match="classes is 'five'; expected one of all, four"):
        corpora.read("iemocap", tmp_path, classes="five")


def test_names_of_classes_are_those_of_all_corpora():
    assert set(EMOTIONS.values()) <= set(NAMES)
    assert set(EMOTIONS) == set(["ang", "hap", "sad", "neu", "exc", "dis", "fru", "fea", "sur", "oth"])


def test_literal_lines_of_the_corpus_page(tmp_path):
    path = tmp_path / "Ses01F_impro01.txt"
    summary = "[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.0000]"
    path.write_bytes(f"{summary}\r\nC-E1:\tNeutral;\t()\r\nA-E1:\tval 3; act 2; dom  2;\t()\r\n".encode())
    (one,), odd = read_evaluation(path)
    assert one.ratings == {"valence": {"E1": 3}, "arousal": {"E1": 2}, "dominance": {"E1": 2}} and odd == []
    for line in ("A-E2:\tval 3; act 2;\t()", "A-E2:\tval 3; act 2; dom  ;\t()", "A-E2:\tval 3; act 2; dom"):
        path.write_text(f"{summary}\n{line}\n")
        (one,), odd = read_evaluation(path)
        assert one.ratings == {"valence": {"E2": 3}, "arousal": {"E2": 2}} and odd == []


def test_odd_lines_are_counted(tmp_path):
    root = writer.write(tmp_path)
    path = root / "IEMOCAP_full_release" / "Session2" / "dialog" / "EmoEvaluation" / "Ses02F_impro01.txt"
    lines = [
        "[1.0 - 2.0]\tSes02F_impro01_M006\tjoy\t[2.0, 2.0, 2.0]",
        "A-E1:\tval good; act 2; dom  2;\t()",
        "A-E2:\tpower 2;\t()",
        "A-E3 val 2; act 2;",
        "[1.0 - 2.0]\tSes02F_impro01_M007\tsad\t[2.0, 2.0]",
        "A-E1:\tval 1; act 1; dom  1;\t()",
    ]
    path.write_text("\n".join(lines))
    corpus, found = read(root)
    one = found["Ses02F_impro01_M006"]
    assert one.emotion is None and list(one.ratings["arousal"]) == ["E1"] and "valence" not in one.ratings
    assert "Ses02F_impro01_M007" not in found
    assert any(
        "evaluations that are not understood: 5 (line 1 of Ses02F_impro01.txt" in w for w in corpus.warnings
    )


def test_odd_names_and_places(tmp_path):
    root = writer.write(tmp_path)
    base = root / "IEMOCAP_full_release"
    blocks = [writer.block(f"Ses03F_impro01_{end}", "sad", (2, 2, 2)) for end in ("F001", "loud", "Fnew")]
    writer.dialogue(base, 2, "Ses03F_impro01", blocks)
    write_wav(base / "Session2" / "sentences" / "wav" / "copy" / "Ses03F_impro01_F001.wav")
    corpus, found = read(root)
    assert found["Ses03F_impro01_F001"].subject == "Ses02F"  # of the folder
    text = "\n".join(corpus.warnings)
    assert "named as of session 3, taken as of Session2: 2" in text
    assert "sound of one name is there twice, the first is taken: 1 (Ses03F_impro01_F001)" in text
    assert "named otherwise than usual: 1 (Ses03F_impro01_Fnew)" in text
    assert "does not say who speaks" in dict(corpus.skipped)["Ses03F_impro01_loud"]


def test_broken_files_do_not_stop_the_others(tmp_path):
    root = writer.write(tmp_path)
    base = root / "IEMOCAP_full_release"
    evaluation = base / "Session1" / "dialog" / "EmoEvaluation" / "Ses01F_impro01.txt"
    text = evaluation.read_bytes()
    transcription = base / "Session1" / "dialog" / "transcriptions" / "Ses01F_impro01.txt"
    transcription.unlink()
    transcription.mkdir()
    (base / "Session1" / "dialog" / "avi").mkdir()
    evaluation.write_bytes(text + text)
    corpus, found = read(root)
    assert list(found) == ["Ses01M_script01_1b_F003", "Ses02F_impro01_M005"]
    assert (
        "holds Ses01F_impro01_F000 again; expected each utterance once"
        in dict(corpus.skipped)["Ses01F_impro01"]
    )
    warnings = "\n".join(corpus.warnings)
    assert "transcription is left out" in warnings and "videos show whole dialogues" in warnings
    evaluation.write_text("% nothing\n")
    with pytest.raises(DataError, match="holds no utterance"):
        read_evaluation(evaluation)
    with pytest.raises(DataError, match=r"cannot be read .*; expected text"):
        read_transcription(transcription)


def test_folders_that_cannot_be_listed_do_not_stop_the_others(tmp_path, monkeypatch):
    root = writer.write(tmp_path)
    whole = corpora.read("iemocap", root)
    real = roots.list_folder
    closed = {path.parent for one in whole.recordings[:1] if (path := one.audio)}

    def refuse(folder):
        if folder in closed or folder.name == "transcriptions":
            raise DataError(f"{folder} cannot be listed (Permission denied); check its permissions")
        return real(folder)

    monkeypatch.setattr(roots, "list_folder", refuse)
    corpus = corpora.read("iemocap", root)
    assert {one.name for one in corpus.recordings if one.audio} < {one.name for one in whole.recordings}
    assert any("transcriptions cannot be listed" in text for text in corpus.warnings)
