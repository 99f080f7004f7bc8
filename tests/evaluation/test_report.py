"""The report: self-contained, escaped, complete, and drawn by a browser without an error."""

import json
import re
import shutil
import subprocess

import pandas as pd
import pytest

from emotrace.errors import CheckpointError, ConfigError, DataError
from emotrace.evaluation import evaluate, write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def run(tmp_path, write_run):
    folder = write_run(tmp_path / "run")
    evaluate(folder)
    return folder


def own_part(html):
    """The page without plotly.js."""
    scripts = list(re.finditer(r"<script>.*?</script>", html, flags=re.DOTALL))
    longest = max(scripts, key=lambda script: len(script.group()))
    assert len(longest.group()) > 1e6  # plotly.js, once
    return html[: longest.start()] + html[longest.end() :]


def figures(html):
    return json.loads(re.search(r'id="figures">(.*?)</script>', html, flags=re.DOTALL).group(1))


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_one_file_with_everything_inside(run):
    path = write_report(run)
    assert path == run / "report.html"
    page = own_part(path.read_text(encoding="utf-8"))
    assert "http://" not in page and "https://" not in page
    assert re.findall(r'\b(?:src|href)="(?!data:)', page) == []
    assert path.stat().st_size < 8e6
    assert "$" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)  # every placeholder filled


@pytest.mark.parametrize(("inputs", "told"), [({"portrait": "face"}, True), ({"voice": "audio"}, False)])
def test_faces_are_spoken_of_only_where_a_system_looks_at_them(run, inputs, told):
    change(run / "run.json", inputs=inputs)
    page = own_part(write_report(run).read_text(encoding="utf-8"))
    assert ("<th>face seen</th>" in page) == told
    assert ("no face seen" in page) == told


def test_says_what_was_run(run):
    page = own_part(write_report(run).read_text(encoding="utf-8"))
    for text in (
        "nguyen2020",
        "2d1dconv-ae-lstm",
        "Small preset, trained on avec2016",
        "4416920bf8ce with changes",
        "torch 2.13.0",
        "8 recordings of 4 subjects, 2 min 8 s",
        "1 500 (development score 0.620)",
        "1 000 bootstrap draws",
    ):
        assert text in page


def test_shows_the_numbers_of_metrics_json(run):
    scores = json.loads((run / "metrics.json").read_text())["partitions"]["test"]
    page = own_part(write_report(run).read_text(encoding="utf-8"))
    for group in ("concatenated", "mean_of_recordings"):
        for name, entry in scores[group].items():
            shown = (
                f'{entry["value"]:.3f}</b> <span class="interval">{entry["low"]:.3f} to {entry["high"]:.3f}'
            )
            assert shown in page, name
    assert len(scores["per_recording"]) == 8
    for row in scores["per_recording"].values():
        assert f"<td>{row['ccc_arousal']:.3f}</td>" in page


def test_shows_what_an_emotrace_without_icc_has_scored(run, tmp_path):
    older = shutil.copytree(run, tmp_path / "older")
    path = older / "metrics.json"
    facts = json.loads(path.read_text())
    for group in ("concatenated", "mean_of_recordings"):
        scores = facts["partitions"]["test"][group]
        for name in [key for key in scores if key.startswith("icc") or key in ("rmse_mean", "pcc_mean")]:
            del scores[name]
    path.write_text(json.dumps(facts))
    page = own_part(write_report(older).read_text(encoding="utf-8"))
    assert ">CCC</abbr>" in page and ">RMSE</abbr>" in page and ">ICC</abbr>" not in page


def test_draws_every_recording_and_the_plane(run):
    drawn = figures(write_report(run).read_text(encoding="utf-8"))
    assert set(drawn["recordings"]) == {"test"} and len(drawn["recordings"]["test"]) == 8
    figure = drawn["recordings"]["test"]["test_1_1"]
    assert [line["name"] for line in figure["data"]] == ["gold standard", "predicted"] * 2
    assert figure["data"][0]["y"][0] is None and figure["data"][1]["y"][0] is not None  # not rated at first
    assert [len(one["data"]) for one in drawn["single"].values()] == [2, 2, 3, 2]  # planes, losses, scores
    assert any(
        note["text"] == " kept: 1 500 " for note in drawn["single"]["figure-4"]["layout"]["annotations"]
    )


def test_other_place(run, tmp_path):
    path = write_report(run, tmp_path / "elsewhere.html")
    assert path.name == "elsewhere.html" and path.is_file() and not (run / "report.html").exists()
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be written"):
        write_report(run, tmp_path / "file" / "report.html")


def test_all_evaluated_partitions_test_first(run):
    evaluate(run, "development")
    page = write_report(run).read_text(encoding="utf-8")
    assert re.findall(r"<h2>(\w+) partition</h2>", page) == ["Test", "Development"]
    assert list(figures(page)["recordings"]) == ["test", "development"]


def test_names_are_escaped(run):
    evil = "</script><img src=x onerror=alert(1)>"
    change(run / "run.json", corpus=evil, warnings=[evil], versions={evil: "1"})
    partition = json.loads((run / "partition.json").read_text())
    partition["subjects"]["test_1_1"] = evil
    change(run / "partition.json", **partition)
    evaluate(run)
    page = own_part(write_report(run).read_text(encoding="utf-8"))
    assert evil not in page and "&lt;/script&gt;&lt;img" in page and "<img" not in page


def test_paper_beside_ours(run):
    page = write_report(run).read_text(encoding="utf-8")
    assert "Not comparable:" in page
    assert "the partition is development there and test here; the preset is small here; there are 9" in page
    ours = json.loads((run / "metrics.json").read_text())["partitions"]["test"]["concatenated"]
    assert f"<td>0.474</td><td>{ours['rmse_arousal']['value']:.3f}</td>" in page


def test_warnings(run):
    change(run / "run.json", state="running", warnings=["The disk was slow."])
    (run / "logs" / "metrics.csv").unlink()
    page = write_report(run).read_text(encoding="utf-8")
    assert "test: Intervals over 4 subjects are rough" in page
    assert "<b>4 warnings</b>" in page and "Training is not finished (state: running)." in page
    assert "The disk was slow." in page and "no learning curves" in page
    assert "Learning curves" not in page


def test_no_warnings_no_box(tmp_path, write_run):
    folder = write_run(tmp_path / "run", subjects=6, each=1, parts=("test",))
    evaluate(folder)
    assert '<div class="warnings">' not in write_report(folder).read_text(encoding="utf-8")


def test_without_intervals(tmp_path, write_run):
    folder = write_run(tmp_path / "run", subjects=1)
    evaluate(folder)
    page = write_report(folder).read_text(encoding="utf-8")
    assert "No intervals: 1 subject, and an interval over subjects needs at least 3." in page


def test_class_run(tmp_path, write_run):
    folder = write_run(tmp_path / "run", predicts="class", parts=("test",))
    scores = evaluate(folder)["partitions"]["test"]
    page = write_report(folder).read_text(encoding="utf-8")
    assert "Confusion matrix" in page and "Valence and arousal plane" not in page
    for name, counts in zip(scores["classes"], scores["confusion"], strict=True):
        cells = re.search(f"<tr><td><b>{name}</b></td>(.*?)</tr>", page).group(1)
        assert [int(count) for count in re.findall(r">(\d+)<small>", cells)] == counts
    lines = figures(page)["recordings"]["test"]["test_1_1"]["data"]
    assert [line["name"] for line in lines] == scores["classes"]


def test_a_run_that_says_one_class_per_clip_has_bars_and_no_votes(tmp_path, write_run):
    folder = write_run(tmp_path / "run", predicts="class", parts=("test",))
    evaluate(folder)
    page = write_report(folder).read_text(encoding="utf-8")
    assert "<th>votes</th>" in page and "most segments vote for" in page and "Gaps: segments" in page
    for path in (folder / "predictions").glob("*.csv"):
        table = pd.read_csv(path)
        table[["angry", "calm", "happy"]] = [0.25, 0.5, 0.25]
        table.to_csv(path, index=False)
    evaluate(folder)
    page = write_report(folder).read_text(encoding="utf-8")
    assert "<th>votes</th>" not in page and "segments" not in page.partition("<script>")[0]
    assert "of each clip there is one answer" in page
    (bars,) = figures(page)["recordings"]["test"]["test_1_1"]["data"]
    assert (bars["type"], bars["y"]) == ("bar", [0.25, 0.5, 0.25])


def test_a_run_whose_segments_do_not_all_vote_says_how_many_do_and_why(tmp_path, write_run):
    folder = write_run(tmp_path / "run", predicts="class", parts=("test",))
    evaluate(folder)
    assert "segments that vote" not in write_report(folder).read_text(encoding="utf-8")
    path = folder / "predictions" / "test_1_1.csv"
    table = pd.read_csv(path)
    table.loc[table.index[:11], ["angry", "calm", "happy"]] = 1 / 3
    table.to_csv(path, index=False)
    evaluate(folder)
    page = write_report(folder).read_text(encoding="utf-8")
    assert "<th>segments that vote</th>" in page and "do not vote.</p>" in page
    rows = re.findall(r'<tr data-recording="(test_\d_1)".*?<td>(\d+ of 40)</td><td><span class="bar">', page)
    assert rows == [("test_1_1", "29 of 40"), *((f"test_{i}_1", "40 of 40") for i in (2, 3, 4))]
    change(folder / "run.json", inputs={"video": "feature", "speech": "feature"})
    page = write_report(folder).read_text(encoding="utf-8")
    assert "they lie outside the region of speech or the model is given nothing there.</p>" in page
    change(folder / "run.json", inputs={"audio": "feature", "speech": "feature"})
    page = write_report(folder).read_text(encoding="utf-8")
    assert "there; <code>emotrace insight RUN</code> shows the region, and which clips have no speech" in page


def test_other_labels_and_an_unrated_recording(tmp_path, write_run):
    folder = write_run(tmp_path / "run", parts=("test",))
    change(folder / "run.json", labels=["power"])
    for path in (folder / "predictions").glob("*.csv"):
        rows = (
            ["0.000,1,0.5,0.25", "0.040,0,-0.5,-0.25", "0.080,1,0.1,"]
            if "1_1" not in path.name
            else ["0,1,0.5,"]
        )
        path.write_text("\n".join(["time_s,face_found,power,gold_power", *rows]) + "\n")
    evaluate(folder)
    page = write_report(folder).read_text(encoding="utf-8")
    assert "Valence and arousal plane" not in page and "CCC power" in page
    assert "Not rated at all, so not scored: test_1_1." in page


def test_not_evaluated(tmp_path, write_run):
    folder = write_run(tmp_path / "run", steps=20)
    with pytest.raises(DataError, match="has no metrics of its latest training; run `emotrace evaluate"):
        write_report(folder)


def test_the_recipe_is_named_where_the_run_knows_it(run):
    assert "<dt>Recipe</dt><dd>0123456789abcdef</dd>" in write_report(run).read_text(encoding="utf-8")
    change(run / "run.json", recipe="heron/demo with seed=3")
    page = write_report(run).read_text(encoding="utf-8")
    assert "<dt>Recipe</dt><dd>heron/demo with seed=3 (digest 0123456789abcdef)</dd>" in page


def test_trained_anew_since(run):
    change(run / "run.json", recipe_digest="another")
    with pytest.raises(DataError, match="has no metrics of its latest training"):
        write_report(run)


def test_damaged_recipe(run):
    (run / "recipe.yaml").write_text("system: [")
    with pytest.raises(ConfigError, match=r"recipe.yaml: not readable YAML"):
        write_report(run)
    (run / "recipe.yaml").write_text("- 1\n")
    with pytest.raises(ConfigError, match=r"recipe.yaml: holds list; expected the keys of a recipe"):
        write_report(run)
    (run / "recipe.yaml").write_text("system: a\nvariant: b\nsmell: 3\n")
    with pytest.raises(ConfigError, match=r"recipe.yaml: unknown key 'smell'"):
        write_report(run)


def test_damaged_log(run):
    (run / "logs" / "metrics.csv").write_text("epoch,loss\n1,2\n")
    with pytest.raises(
        CheckpointError, match=r"metrics.csv: has columns .* expected stage, step and scalars"
    ):
        write_report(run)
    (run / "logs" / "metrics.csv").write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"metrics.csv: not a readable log"):
        write_report(run)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_draws_it_and_picks_a_recording(run, tmp_path):
    page = write_report(run).read_text(encoding="utf-8")
    pick = "<script>document.querySelector('[data-recording=test_3_2]').click();</script>"
    copy = tmp_path / "page.html"
    copy.write_text(page.replace("</body>", pick + "</body>"), encoding="utf-8")
    flags = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    flags += "disable-component-update disable-sync virtual-time-budget=5000 enable-logging=stderr "
    flags += f"user-data-dir={tmp_path / 'profile'} dump-dom"
    command = [CHROMIUM, *(f"--{flag}" for flag in flags.split()), copy.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "CONSOLE" not in done.stderr
    assert done.stdout.count('class="main-svg"') >= 5
    assert re.search(r'data-recording="test_3_2" class="shown"', done.stdout) and "6 of 8" in done.stdout
