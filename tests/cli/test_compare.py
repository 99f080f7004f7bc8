"""`emotrace compare`: what it prints and writes, and where it finds the media."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from emotrace.cli.app import app
from emotrace.cli.compare import _media


@pytest.fixture
def runs(tmp_path):
    """Two runs of three people each, as `evaluate` leaves them."""
    rng = np.random.default_rng(0)
    time_s = np.arange(50) * 0.04
    gold = {f"r{i}": np.sin(time_s * (i + 1)) for i in range(3)}
    folders = []
    for name, noise in (("one", 0.1), ("two", 0.6)):
        folder = tmp_path / name
        (folder / "predictions").mkdir(parents=True)
        for recording, values in gold.items():
            said = values + noise * rng.normal(size=50)
            table = {"time_s": time_s, "face_found": 1, "arousal": said, "gold_arousal": values}
            pd.DataFrame(table).to_csv(folder / "predictions" / f"{recording}.csv", index=False)
        facts = {
            "system": "x",
            "variant": name,
            "labels": ["arousal"],
            "predicts": "trace",
            "prepared": "gone",
        }
        (folder / "run.json").write_text(json.dumps(facts))
        parts = {"parts": {"test": list(gold)}, "subjects": {recording: recording for recording in gold}}
        (folder / "partition.json").write_text(json.dumps(parts))
        folders.append(str(folder))
    return folders


def test_scores_and_differences_are_printed(runs, tmp_path):
    result = CliRunner().invoke(app, ["compare", *runs, "-o", str(tmp_path / "page.html")])
    assert result.exit_code == 0, result.output
    assert "ccc_arousal" in result.output and "x/one - x/two" in result.output and "0.2500" in result.output
    assert "cannot show a difference here" in " ".join(result.output.split())
    assert (tmp_path / "page.html").is_file() and (tmp_path / "page_tables" / "tests.tex").is_file()


def test_a_page_of_another_kind_is_refused(runs, tmp_path):
    result = CliRunner().invoke(app, ["compare", *runs, "-o", str(tmp_path / "page.pdf")])
    assert result.exit_code == 2 and "expected a file that ends in .html" in result.output


def test_without_the_prepared_corpus_there_are_no_media(runs, tmp_path):
    assert _media(tmp_path / "one", tmp_path / "page.html") == {}
