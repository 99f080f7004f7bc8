"""What `prepare` refuses before work starts."""

from dataclasses import replace

import pytest

from emotrace.errors import DataError, InputError

TWO = {"one": "frames=20 first", "two": "frames=12 second"}


def test_refuses_no_jobs(make_corpus, prepare_fake):
    with pytest.raises(InputError, match="jobs is 0; expected at least 1"):
        prepare_fake(make_corpus(TWO), jobs=0)


def test_refuses_no_inputs(make_corpus, prepare_fake):
    with pytest.raises(InputError, match="inputs is empty"):
        prepare_fake(make_corpus(TWO), inputs=())


def test_refuses_a_corpus_without_recordings(make_corpus, prepare_fake):
    with pytest.raises(DataError, match="has no recordings"):
        prepare_fake(make_corpus({}))


def test_refuses_two_recordings_of_one_name(make_corpus, prepare_fake):
    corpus = make_corpus(TWO)
    with pytest.raises(DataError, match="two recordings are named one"):
        prepare_fake(replace(corpus, recordings=corpus.recordings + corpus.recordings[:1]))


def test_refuses_a_file_and_foreign_folders(make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus(TWO)
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="is a file; expected a folder"):
        prepare_fake(corpus, "file")
    with pytest.raises(DataError, match=r"cannot be made \(Not a directory\)"):
        prepare_fake(corpus, "file/below")
    with pytest.raises(DataError, match=r"holds other files and no corpus.json"):
        prepare_fake(corpus, "corpus")


def test_refuses_another_corpus_but_not_a_moved_one(make_corpus, prepare_fake, tmp_path, log_of):
    corpus = make_corpus(TWO)
    prepare_fake(corpus)
    with pytest.raises(DataError, match=r"holds the corpus fake of .*; expected other .* as fake again"):
        prepare_fake(replace(corpus, name="other"))
    elsewhere = replace(corpus, root=tmp_path)
    with pytest.raises(DataError, match="prepare into another folder"):
        prepare_fake(replace(elsewhere, recordings=corpus.recordings[:1]))
    log_of("one")
    assert prepare_fake(elsewhere).reused == ["one", "two"]
    assert log_of("one") == []
