"""RML: speakers from folders at any depth, languages, and names that stay unique whatever the digits mean."""

from corpus_writers import rml
from emotrace import corpora


def lay_out(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    return root


def facts(corpus):
    return [(r.name, r.subject, r.emotion, r.attributes.get("language")) for r in corpus.recordings]


def test_read_as_written(tmp_path):
    corpus = corpora.read("rml", rml.write(tmp_path))
    assert facts(corpus) == [
        ("s1__an1", "s1", "anger", None),
        ("s1__sa1", "s1", "sadness", None),
        ("s2__English__an1", "s2", "anger", "English"),
        ("s2__Mandarin__an1", "s2", "anger", "Mandarin"),
        ("s2__Mandarin__su-2b", "s2", "surprise", "Mandarin"),
        ("s3__Ha-e10", "s3", "happiness", None),
        ("s6__di1", "s6", "disgust", None),
        ("s8__Urdu__fe01", "s8", "fear", "Urdu"),
    ]
    assert [r.attributes["download"] for r in corpus.recordings] == ["rml-1"] * 6 + ["rml-2"] * 2
    assert corpus.classes == ("anger", "disgust", "fear", "happiness", "sadness", "surprise")
    assert corpus.warnings == ("found 8 clips; a whole copy has 720",) and corpus.skipped == ()


def test_names_do_not_depend_on_where_the_root_lies(tmp_path):
    whole = facts(corpora.read("rml", rml.write(tmp_path / "rml")))
    assert facts(corpora.read("rml", tmp_path)) == whole
    for inside in ("rml-1", "rml-1/s1", "rml-2/s8"):
        corpus = corpora.read("rml", tmp_path / "rml" / inside)
        assert facts(corpus) == whole
        assert corpus.warnings[0] == (
            f"{tmp_path / 'rml' / inside} is a part of the corpus; all of {tmp_path / 'rml'} is read"
        )


def test_names_that_would_be_equal_are_kept_apart(tmp_path):
    corpus = corpora.read(
        "rml", lay_out(tmp_path, "s1/an 1.avi", "s1/an-1.avi", "s1/AN-1.avi", "s1/an.1.avi")
    )
    names = [r.name for r in corpus.recordings]
    assert len(names) == 4 and len({name.lower() for name in names}) == 4 and corpus.skipped == ()


def test_separate_sound_is_joined(tmp_path):
    [recording] = corpora.read("rml", lay_out(tmp_path, "s1/an1.avi", "s1/an1.wav")).recordings
    assert recording.video.name == "an1.avi" and recording.audio.name == "an1.wav"


def test_one_speaker_only_given_as_the_root(tmp_path):
    lay_out(tmp_path / "s4", "an1.avi", "Urdu/an1.avi")
    assert facts(corpora.read("rml", tmp_path / "s4")) == [
        ("s4__Urdu__an1", "s4", "anger", "Urdu"),
        ("s4__an1", "s4", "anger", None),
    ]


def test_no_speaker_and_other_names(tmp_path):
    corpus = corpora.read("rml", lay_out(tmp_path, "s1/an1.avi", "an2.avi", "s1/anger.avi", "s1/ne1.avi"))
    assert [r.name for r in corpus.recordings] == ["s1__an1"]
    [(name, reason)] = corpus.skipped
    assert name == "an2.avi"
    assert reason.endswith("an2.avi: its speaker is not known; expected it below a folder s1 to s8")
    assert "left out: 2 (s1/anger.avi, s1/ne1.avi)" in corpus.warnings[0]
