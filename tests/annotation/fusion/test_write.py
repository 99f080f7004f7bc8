"""What is written: CSV, settings as JSON, one page with warnings first; nothing foreign is lost."""

import json

import numpy as np
import pandas as pd
import pytest

from emotrace.annotation.fusion import AUTO, GoldSettings, Rated, make_gold, write_gold
from emotrace.errors import DataError


@pytest.fixture
def recordings(rng):
    times = np.arange(100) / 10
    truth = np.sin(times)
    values = truth + rng.normal(size=(3, 100)) / 5
    values[1, 40:60] = np.nan
    return [
        Rated("one", "arousal", times, ("A", "B<b>", "C"), values),
        Rated("two", "arousal", times, ("A", "C"), np.stack([truth, -truth])),
    ]


@pytest.fixture
def result(recordings):
    return make_gold(recordings, GoldSettings(delay_s=AUTO))


def test_everything_is_written_and_can_be_read(result, tmp_path):
    files = write_gold(result, tmp_path / "out", "my ratings")
    names = {path.relative_to(tmp_path / "out").as_posix() for path in files}
    assert names == {"arousal/one.csv", "agreement.csv", "gold.json", "gold.html"}
    assert not list(tmp_path.rglob("*.part*"))
    one = result.dimensions[0].recordings[0]
    table = pd.read_csv(tmp_path / "out" / "arousal" / "one.csv")
    assert list(table.columns) == ["time_s", "gold", "low", "high", "rater A", "rater B<b>", "rater C"]
    np.testing.assert_allclose(table["gold"], one.values, atol=5e-7)
    np.testing.assert_allclose(table["rater B<b>"], one.ratings[1], atol=5e-7)
    assert table["rater B<b>"].isna().sum() == 20


def test_agreement_of_all_raters_and_of_each(result, tmp_path):
    write_gold(result, tmp_path, "x")
    table = pd.read_csv(tmp_path / "agreement.csv")
    whole = table[(table["scope"] == "all") & table["rater"].isna()].set_index("ratings")
    found = result.dimensions[0].agreement
    assert whole.loc["raw", "ccc"] == pytest.approx(found["raw"].ccc, abs=1e-6)
    assert whole.loc["centred", "icc_2_k"] == pytest.approx(found["centred"].icc["icc_2_k"], abs=1e-6)
    raters = table[(table["scope"] == "recording") & (table["ratings"] == "raw") & table["rater"].notna()]
    assert raters["rater"].tolist() == ["A", "B<b>", "C"]
    assert raters["is_outlier"].astype(str).str.lower().tolist() == ["false"] * 3
    assert raters["weight"].sum() == pytest.approx(1, abs=1e-5)


def test_settings_weights_delays_and_failures_are_in_the_json(result, tmp_path):
    write_gold(result, tmp_path, "my ratings")
    facts = json.loads((tmp_path / "gold.json").read_text())
    assert facts["made_by"] == "emotrace gold" and facts["source"] == "my ratings"
    assert facts["settings"]["method"] == "ewe" and facts["settings"]["delay_s"] == "auto"
    assert set(facts["versions"]) >= {"emotrace", "numpy", "python"}
    part = facts["dimensions"]["arousal"]
    assert set(part["delays_s"]) == {"A", "B<b>", "C"} and "pcc" in part["estimated_delays"]["A"]
    assert sum(part["recordings"]["one"]["weights"].values()) == pytest.approx(1)
    assert facts["failed"][0]["recording"] == "arousal/two" and facts["warnings"] == list(result.warnings)


def test_the_page_is_one_file_with_warnings_first_and_names_escaped(result, tmp_path):
    write_gold(result, tmp_path, "<i>ratings</i>")
    page = (tmp_path / "gold.html").read_text()
    body = page[page.index("<main>") :]
    assert body.index('class="warnings"') < body.index("<h2>") < body.index('data-explorer="arousal"')
    assert "Left out: arousal/two: no rater agrees with the others" in body
    assert "&lt;i&gt;ratings&lt;/i&gt;" in page and "<i>ratings" not in page and "B<b>" not in page
    assert '<link rel="stylesheet"' not in page and "<script src" not in page
    figures = page[page.index('id="figures">') + 13 :]
    shown = json.loads(figures[: figures.index("</script>")])
    names = [line["name"] for line in shown["recordings"]["arousal"]["one"]["data"]]
    assert names[-1] == "gold standard" and names.count("band of agreement") == 2 and len(names) == 6
    assert len(shown["single"]) == 1  # curves of delay


def test_twice_is_fine_and_what_is_left_is_still_known(result, recordings, tmp_path):
    write_gold(result, tmp_path, "x")
    first = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    write_gold(result, tmp_path, "x")
    assert first == {path: path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file()}
    renamed = make_gold(
        [Rated("new", "arousal", recordings[0].times_s, recordings[0].raters, recordings[0].values)],
        GoldSettings(),
    )
    write_gold(renamed, tmp_path, "x")
    assert json.loads((tmp_path / "gold.json").read_text())["left_of_earlier_calls"] == ["arousal/one.csv"]
    write_gold(result, tmp_path, "x")  # ours, so it may be written again


@pytest.mark.parametrize("name", ["agreement.csv", "gold.html", "arousal/one.csv", "gold.json"])
def test_a_foreign_file_is_left_alone_and_nothing_is_written(result, tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(DataError, match=rf"{name} is there and was not written by emotrace; choose another"):
        write_gold(result, tmp_path, "x")
    assert (tmp_path / name).read_text() == "mine"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [name.rpartition("/")[2]]


def test_a_json_of_something_else_is_no_licence_to_overwrite(result, tmp_path):
    (tmp_path / "gold.json").write_text('{"files": ["agreement.csv"], "left_of_earlier_calls": []}')
    with pytest.raises(DataError, match=r"gold\.json is there and was not written"):
        write_gold(result, tmp_path, "x")


def test_a_file_in_place_of_the_folder_is_refused(result, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(DataError, match=r"cannot be written"):
        write_gold(result, tmp_path / "out", "x")


def test_nothing_but_failures_is_still_a_page(tmp_path):
    empty = Rated("a", "arousal", np.arange(3.0), ("A",), np.full((1, 3), np.nan))
    write_gold(make_gold([empty], GoldSettings()), tmp_path, "x")
    assert "holds no rating at all" in (tmp_path / "gold.html").read_text()
