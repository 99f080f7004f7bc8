"""`emotrace evaluate` tells what is odd about its numbers."""


def test_warnings_of_the_scores_are_printed(emo, run_folder):
    path = run_folder / "predictions" / "c.csv"
    header, *rows = path.read_text().splitlines()
    unrated = [",".join([*row.split(",")[:4], "", ""]) for row in rows]
    path.write_text("\n".join([header, *unrated]) + "\n")
    said = emo("evaluate", run_folder, "--csv-only")
    assert said.status == 0, said.err
    assert "warning: No recording is rated, so nothing is scored; choose another partition." in said.err
