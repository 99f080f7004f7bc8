"""What `make_insight` writes: one offline page, figures, tables, JSON; a new analysis is one file."""

import csv
import json
import types
from dataclasses import replace

import pytest
from sounding import Planted, Sounding

from emotrace.errors import DataError, InputError
from emotrace.insight import analyses, make_insight
from emotrace.insight.analysis import Analysis, Findings
from emotrace.insight.registry import available, offered
from emotrace.models.base import Model

TABLES = {"cells_best", "cells_top", "cells_recordings", "cells_units", "cells_over_time"}


def test_everything_is_written_beside_the_run(planted, speech, tmp_path):
    page, found = make_insight(planted(Sounding(0), Sounding(1), path=tmp_path))
    assert page == tmp_path / "insight" / "insight.html" and list(found) == ["cells"]
    names = {path.name for path in page.parent.iterdir()}
    assert names == {
        "insight.html", "insight.json", "cells_over_time.png", "cells_over_time.svg",
        *(f"{name}.csv" for name in TABLES),
    }  # fmt: skip
    text = page.read_text(encoding="utf-8")
    assert "unseen recordings" in text and "layer1/cell 3" in text and '<div class="warnings' not in text
    facts = json.loads((page.parent / "insight.json").read_text())
    assert facts["model"] == "planted/model" and facts["partition"] == "test" and facts["warnings"] == []
    best = facts["cells"]["measures"]["rms_energy"]["best"]
    assert best["group"] == "layer1/cell" and best["unit"] == 3 and best["r"] == -1.0
    assert facts["cells"]["units"] == 12 and facts["cells"]["units_that_stand_still"] == 1
    with (page.parent / "cells_units.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12 and rows[3]["r_rms_energy"] == "-1.0" and rows[11]["r_rms_energy"] == ""
    with (page.parent / "cells_recordings.csv").open(newline="") as file:
        assert [row["recording"] for row in csv.DictReader(file)] == ["r0", "r1"]
    assert (page.parent / "cells_over_time.png").read_bytes().startswith(b"\x89PNG")


def test_twice_gives_the_same_files(planted, speech, tmp_path):
    examined = planted(Sounding(0), Sounding(1))
    first, _ = make_insight(examined, tmp_path / "a")
    second, _ = make_insight(examined, tmp_path / "b")
    for path in first.parent.iterdir():
        assert path.read_bytes() == (second.parent / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    ("partition", "said"),
    [
        ("train", "the model was trained on these recordings"),
        ("development", "the checkpoint was chosen on these"),
    ],
)
def test_seen_recordings_are_called_so(planted, speech, tmp_path, partition, said):
    page, _ = make_insight(planted(Sounding(0), Sounding(1), partition=partition), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert said in text and "unseen recordings" not in text
    assert said in json.loads((tmp_path / "insight.json").read_text())["warnings"][0]


def test_the_page_says_that_post_processing_is_left_out(planted, speech, tmp_path, monkeypatch):
    found = Findings({}, lambda page: None)
    made = Analysis("made", "all", lambda model: True, lambda examined: found, compares=True)
    monkeypatch.setattr("emotrace.insight.registry.available", lambda: {"made": made})
    alone = planted(Sounding(0), path=tmp_path / "one")
    other = replace(planted(Sounding(0), path=tmp_path / "other"), postprocess="shift by 0.4 s")
    said = "left out, though {} it: all here is what the model itself gives, so errors differ from those of"
    for examined, who in (
        (alone, None),
        (replace(alone, against=other), "other has"),
        (replace(alone, postprocess="shift", against=other), "one and other have"),
    ):
        page, _ = make_insight(examined, tmp_path / "out")
        facts = json.loads((tmp_path / "out" / "insight.json").read_text())
        if who is None:
            assert facts["postprocessing"] is None and "left out" not in page.read_text(encoding="utf-8")
        else:
            assert said.format(who) in page.read_text(encoding="utf-8") and who in facts["postprocessing"]


def test_the_page_says_what_is_missing_and_how_to_install_it(planted, no_opensmile, tmp_path):
    page, _ = make_insight(planted(Sounding(0), Sounding(1)), tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "mean F0 is missing: opensmile is not installed; run `pip install emotrace[opensmile]`" in text


def test_a_folder_that_cannot_be_made_is_named(planted, speech, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"file.*cannot be written"):
        make_insight(planted(Sounding(0)), tmp_path / "file")


def test_a_model_that_shows_nothing_is_refused(planted, tmp_path):
    class Closed(Planted):
        activations = None

    with pytest.raises(InputError, match=r"planted/model shows nothing of what goes on inside it; exp"):
        make_insight(planted(Sounding(0), model=Closed()), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_some_analyses_only(planted, speech, tmp_path, monkeypatch):
    told = Findings({"count": 7}, lambda page: None)
    other = Analysis("weights", "weights", lambda model: True, lambda examined: told)
    monkeypatch.setattr(
        "emotrace.insight.registry.available", lambda: types.MappingProxyType({**_real(), "weights": other})
    )
    page, found = make_insight(planted(Sounding(0)), tmp_path / "out", only=["weights"])
    assert list(found) == ["weights"] and page.name == "insight_weights.html"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {page.name, "insight_weights.json"}
    assert "Beside this page" not in page.read_text(encoding="utf-8")
    both, _ = make_insight(planted(Sounding(0)), tmp_path / "out")
    assert 'Beside this page</dt><dd><a href="insight_weights.html">' in both.read_text(encoding="utf-8")
    assert page.exists() and json.loads((tmp_path / "out" / "insight_weights.json").read_text())["weights"]
    for wanted, said in ((["cells", "gate"], "cells, gate"), ([], "empty")):
        message = (
            rf"^--only is {said}; expected one or more of the analyses that planted/model offers: cells, w"
        )
        with pytest.raises(InputError, match=message):
            make_insight(planted(Sounding(0)), tmp_path / "none", only=wanted)
    assert not (tmp_path / "none").exists()


def test_a_run_to_compare_with_that_nothing_looks_at_is_refused(planted, speech, tmp_path):
    alone = planted(Sounding(0))
    both = replace(alone, against=planted(Sounding(0), path="other"))
    message = (
        r"^--against is other, but of the analyses to be made \(cells\) none compares two runs, as "
        r"attention, gate do; leave it out, or compare scores by `emotrace compare`$"
    )
    with pytest.raises(InputError, match=message):
        make_insight(both, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_new_analysis_is_one_file(planted, speech, tmp_path, monkeypatch):
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "weights.py").write_text(
        "from emotrace.insight.analysis import Analysis, Findings\n"
        "def run(examined):\n"
        "    return Findings({'count': 7}, lambda page: page.body.append('<h2>Weights</h2>'))\n"
        "ANALYSIS = Analysis('weights', 'weights', lambda model: True, run)\n"
    )
    monkeypatch.setattr(analyses, "__path__", [*analyses.__path__, str(folder)])
    available.cache_clear()
    try:
        page, found = make_insight(planted(Sounding(0), Sounding(1)), tmp_path / "out")
    finally:
        available.cache_clear()
    assert list(found) == ["cells", "weights"] and "<h2>Weights</h2>" in page.read_text(encoding="utf-8")
    assert json.loads((tmp_path / "out" / "insight.json").read_text())["weights"] == {"count": 7}


def test_only_what_is_offered_runs(monkeypatch):
    other = Analysis("gates", "gates", lambda model: False, lambda examined: Findings({}, lambda page: None))
    monkeypatch.setattr(
        "emotrace.insight.registry.available", lambda: types.MappingProxyType({**_real(), "gates": other})
    )
    assert [one.name for one in offered(Planted(), "planted/model")] == ["cells"]
    with pytest.raises(InputError, match=r"cells: a model with a method `activ.*; gates: a model with gates"):
        offered(Model(Planted().declaration, ("a",)), "some/model")


_real = available
