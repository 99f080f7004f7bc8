"""`emotrace predict` says first what the model is."""

from emotrace.model_card import card_line


def test_the_first_line_is_that_of_the_card(emo, run_folder, clip, tmp_path):
    said = emo("predict", run_folder, clip, "-o", tmp_path / "out", "--no-html")
    assert said.status == 0, said.err
    assert said.out.splitlines()[0] == card_line(run_folder)
    assert "trained on" in said.out.splitlines()[0]
