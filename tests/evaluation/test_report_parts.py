"""Parts of the report: thinning, sparklines, counting steps over stages, comparing with the paper."""

from dataclasses import replace

import numpy as np
import pytest
import yaml

from emotrace.config.load import load_recipe
from emotrace.config.recipe import Reported
from emotrace.evaluation.comparison import compare, compare_all
from emotrace.evaluation.learning_curves import read_learning_curves
from emotrace.evaluation.plane_figures import plane_figures
from emotrace.evaluation.report_head import facts_list
from emotrace.evaluation.run_folder import RunFolder
from emotrace.evaluation.run_settings import RunSettings, settings_of
from emotrace.evaluation.scored import Scored
from emotrace.evaluation.tables import comparison_table
from emotrace.evaluation.time_figures import class_figure, trace_figure
from emotrace.offline_page.sparkline import sparkline
from emotrace.offline_page.tables import value
from emotrace.offline_page.thinning import thin
from emotrace.offline_page.words import duration
from emotrace.trace import Trace


def test_thinning_keeps_every_extreme(rng):
    values = rng.normal(size=10_007)
    values[1234], values[8888] = 50, -50
    rows = thin(values, 500)
    assert len(rows) <= 501 and np.all(np.diff(rows) > 0)
    assert {1234, 8888} <= set(rows.tolist())


def test_thinning_keeps_gaps_and_short_series():
    values = np.ones(1000)
    values[300:600] = np.nan
    rows = thin(values, 100)
    assert np.isnan(values[rows]).any() and np.isfinite(values[rows]).any()
    np.testing.assert_array_equal(thin(values[:50], 100), np.arange(50))
    assert len(thin(np.full(1000, np.nan), 10)) > 0


def test_sparkline_breaks_at_gaps():
    svg = sparkline([("gold", np.array([0.0, np.nan, 1.0, 0.5]))], 0.0, 1.0)
    assert svg.count("M") == 2 and svg.count("L") == 1 and 'class="gold"' in svg
    assert "nan" not in sparkline([("gold", np.full(3, np.nan))], 0.0, 0.0)


def log(tmp_path, text):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "metrics.csv").write_text(text)
    return read_learning_curves(tmp_path)


def test_stages_follow_one_another(tmp_path):
    curves = log(
        tmp_path,
        "stage,step,loss,development_ccc_arousal\nfirst,0,3,\nfirst,100,2,0.1\njoint,0,4,\njoint,50,1,0.2\n",
    )
    (loss,), (score,) = curves.of("loss"), curves.of("development_")
    assert loss.steps.tolist() == [0, 100, 100, 150] and score.steps.tolist() == [100, 150]
    assert curves.stage_starts == {"first": 0, "joint": 100}
    assert curves.from_last_stage(50) == 150


def test_empty_log(tmp_path):
    curves = log(tmp_path, "stage,step,loss\n")
    assert curves.curves == () and curves.from_last_stage(5) == 5


@pytest.fixture
def evaluated(tmp_path, write_run):
    run = RunFolder.read(write_run(tmp_path / "run", steps=20))
    return replace(run, run=run.run | {"preset": "paper"})


SCORES = {"subjects": 9, "concatenated": {"rmse_arousal": {"value": 0.5, "low": 0.4, "high": 0.6}}}
NGUYEN = "nguyen2020/2d1dconv-ae-lstm"
REPORTED = {
    "table": "III",
    "corpus": "avec2016",
    "partition": "test",
    "subjects": 9,
    "metrics": {"rmse_arousal": 0.4},
}


def test_comparison_of_the_same(evaluated):
    found = compare(Reported(**REPORTED), evaluated, {"development": {}, "test": SCORES})
    assert found.differences == () and found.partition == "test" and found.ours == {"rmse_arousal": 0.5}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"corpus": "semaine"}, "the corpus is semaine there and avec2016 here"),
        ({"partition": "development"}, "the partition is development there and test here"),
        ({"subjects": 5}, "there are 5 subjects there and 9 here"),
    ],
)
def test_comparison_says_what_differs(evaluated, change, says):
    found = compare(Reported(**(REPORTED | change)), evaluated, {"test": SCORES})
    assert found.differences == (says,)


def test_comparison_of_another_split_or_metric(evaluated):
    evaluated.partition["scheme"] = "kfold"
    reported = Reported(**(REPORTED | {"subjects": None, "metrics": {"ccc_power": 0.1}}))
    found = compare(reported, evaluated, {"test": SCORES})
    assert found.differences == ("subjects are split by kfold here",) and found.ours == {"ccc_power": None}
    evaluated.partition["by"] = "stimulus"
    found = compare(reported, evaluated, {"test": SCORES})
    assert found.differences == ("recordings are split by stimulus here",)
    assert "kfold by stimulus" in facts_list(evaluated)


@pytest.mark.parametrize(
    "corpora",
    [
        ("RECOLA", "recola"),
        ("RECOLA", "avec2016"),
        ("AVEC 2015", "avec2016"),
        ("AVEC 2015", "recola"),
        ("AVEC 2016", "avec2016"),
        ("Aff-Wild2", "affwild2"),
    ],
)
def test_names_of_the_same_corpus_are_the_same(evaluated, corpora):
    evaluated.run["corpus"] = corpora[1]
    found = compare(Reported(**(REPORTED | {"corpus": corpora[0]})), evaluated, {"test": SCORES})
    assert found.differences == ()


def test_of_the_same_corpus_the_number_of_subjects_decides(evaluated):
    reported = Reported(**(REPORTED | {"corpus": "AVEC 2015"}))
    found = compare(reported, evaluated, {"test": SCORES | {"subjects": 7}})
    assert found.differences == ("there are 9 subjects there and 7 here",)
    assert compare(
        Reported(**(REPORTED | {"corpus": "AVEC 2017"})), evaluated, {"test": SCORES}
    ).differences == ("the corpus is AVEC 2017 there and avec2016 here",)


def test_the_verdict_says_what_is_not_known(evaluated):
    def verdict(**change):
        return compare(Reported(**(REPORTED | change)), evaluated, {"test": SCORES}).verdict

    assert verdict() == (
        "Comparable: corpus layout, partition, subjects and settings agree; whether it is that corpus, its "
        "labels and who is in it cannot be told from here."
    )
    assert verdict(subjects=None) == "Not known to be comparable: the paper's subjects are not counted."
    assert verdict(corpus="x", subjects=5) == (
        "Not comparable: the corpus is x there and avec2016 here; there are 5 subjects there and 9 here."
    )


def test_other_ratings_are_told_where_errors_depend_on_them(evaluated):
    def differences(**change):
        return compare(Reported(**(REPORTED | change)), evaluated, {"test": SCORES}).differences

    assert differences(value_range=(0, 1)) == ("ratings go from 0 to 1 there and from -1 to 1 here",)
    assert differences(value_range=(-1, 1)) == ()
    assert differences(value_range=(0, 1), metrics={"ccc_arousal": 0.4}) == ()


def test_settings_of_the_run_decide_too(evaluated):
    def row(told, **changes):
        recipe = load_recipe(NGUYEN, [f"{key}={value}" for key, value in changes.items()])
        (evaluated.path / "recipe.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json")))
        run = replace(evaluated, run=evaluated.run | {"corpus": "recola", "recipe": told})
        return compare_all(run, {"development": SCORES | {"subjects": 15}})[0]

    assert row(NGUYEN).comparable == "yes"
    assert row(f"{NGUYEN} with training.seed=3", **{"training.seed": 3}).comparable == "yes"
    changed = row(f"{NGUYEN} with training.steps=20", **{"training.steps": 20})
    assert changed.comparable == "no"
    assert changed.differences == ("settings differ: training.steps is 20 here and 50000 in the recipe",)
    mine = row("mine.yaml")
    assert mine.comparable == "not known"
    assert mine.unknown == ("which of the paper's recipes this run follows was not noted",)


def test_rows_of_other_methods_come_last_and_are_named(evaluated):
    path = evaluated.path / "recipe.yaml"
    other = (
        "{table: V, method: RVM, features: geometry, corpus: C, partition: test, metrics: {ccc_mean: 0.1}}"
    )
    path.write_text(f"{path.read_text()}reported_by_others: [{other}]\n")
    first, last = compare_all(evaluated, {"test": SCORES})
    assert (first.method, first.origin) == ("", "avec2016, development, 9 subjects")
    assert (last.method, last.origin) == ("RVM on geometry", "C, test")
    shown = comparison_table([first, last])
    assert "V, RVM on geometry<br>" in shown and shown.count("Not comparable:") == 2


def test_no_recipe_no_reported_rows(evaluated):
    (evaluated.path / "recipe.yaml").unlink()
    assert compare_all(evaluated, {"test": SCORES}) == []


def trace(found, gold=0.1):
    n = len(found)
    values = np.linspace(-0.5, 0.5, 2 * n).reshape(n, 2).astype(np.float32)
    gold = np.full((n, 2), gold)
    return Scored(
        "one", "s", Trace(np.arange(n) * 0.1, values, ("valence", "arousal"), np.array(found, bool), gold)
    )


def test_lost_faces_are_shaded():
    limits = {"arousal": (-1.0, 1.0), "valence": (-1.0, 1.0)}
    scores = dict.fromkeys(("ccc_arousal", "ccc_valence", "rmse_arousal", "rmse_valence"))
    figure = trace_figure(trace([1, 1, 0, 0, 0, 1, 0, 1, 0, 0]), scores, limits, 100)
    spans = [(shape["x0"], shape["x1"]) for shape in figure["layout"]["shapes"]]
    assert sorted(spans) == [pytest.approx((0.2, 0.5)), pytest.approx((0.8, 1.0))]  # 0.1 s is too short
    assert trace_figure(trace([0] * 10), scores, limits, 100)["layout"]["shapes"] == []  # never sees a face


@pytest.mark.parametrize("steps", [1, 3])
def test_a_clip_of_a_single_step_has_bars(steps):
    values = np.tile(np.float32([[0.25, 0.75]]), (steps, 1))
    values[1:2] = 0.5  # does not vote
    found = Trace(0.3 * np.arange(steps), values, ("anger", "<i>"), np.ones(steps, bool))
    figure = class_figure(Scored("a", "A", found, "anger"), most=100)
    if steps == 1:
        (bars,) = figure["data"]
        assert (bars["type"], bars["x"], bars["y"]) == ("bar", ["anger", "&lt;i&gt;"], [0.25, 0.75])
        assert figure["layout"]["xaxis"]["title"]["text"] == ""
    else:
        assert [one["y"] for one in figure["data"]] == [[0.25, None, 0.25], [0.75, None, 0.75]]
        assert {one["mode"] for one in figure["data"]} == {"lines+markers"}  # one alone between gaps is seen


def test_plane_has_valence_to_the_right_whatever_the_order_of_labels():
    one = trace([1] * 50)
    gold, predicted = plane_figures([one], (-1.0, 1.0))
    means = one.trace.values.mean(axis=0)
    assert predicted["data"][1]["x"] == [pytest.approx(means[0], abs=1e-4)]
    assert np.nansum(np.array(gold["data"][0]["z"], dtype=float)) == pytest.approx(100)
    assert gold["layout"]["xaxis"]["range"] == predicted["layout"]["xaxis"]["range"]
    assert plane_figures([trace([1] * 5, np.nan)], (-1.0, 1.0)) is None


def test_words_for_numbers():
    assert value(-0.1234) == "−0.123" and "–" in value(None)
    assert duration(59.6) == "1 min 0 s" and duration(7260) == "2 h 1 min"


def test_a_small_network_is_not_the_papers(evaluated):
    small = replace(evaluated, run=evaluated.run | {"preset": "small"})
    found = compare(Reported(**REPORTED), small, {"test": SCORES}, settings_of(small))
    assert found.differences == ("the preset is small here",)


def test_training_that_is_not_finished_is_not_the_papers(evaluated):
    running = replace(evaluated, run=evaluated.run | {"state": "running"})
    found = compare(Reported(**REPORTED), running, {"test": SCORES}, settings_of(running))
    assert found.differences == ("training is not finished here",)


def test_weights_that_the_paper_starts_from_are_asked_for(evaluated):
    def differences(told, **facts):
        recipe = load_recipe(told)
        (evaluated.path / "recipe.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json")))
        return settings_of(replace(evaluated, run=evaluated.run | {"recipe": told} | facts)).apart

    assert differences("tzirakis2017/multimodal") == (
        "visual.trunk starts from weights of ImageNet there and from none here",
    )
    given = {"visual.trunk": {"file": "resnet50.pth", "sha256": "0"}}
    assert differences("tzirakis2017/multimodal", weights=given) == ()
    assert differences("tzirakis2017/speech") == ()
    assert [text.split()[0] for text in differences("priyasad2019/attention")] == [
        "audio.trunk", "video.trunk",
    ]  # fmt: skip


def test_what_differs_in_one_source_differs_in_the_fusion():
    small, other = RunSettings(("the preset is small here",)), RunSettings((), known=False)
    joined = RunSettings.joined([small, other, small])
    assert joined == RunSettings(("the preset is small here",), known=False)


def test_a_list_of_partitions_of_yours_is_not_known_to_be_the_papers(evaluated):
    listed = replace(evaluated, run=evaluated.run | {"own_partitions": True})
    found = compare(Reported(**REPORTED), listed, {"test": SCORES})
    assert found.unknown == ("who is in which partition is a list of yours here",)
    assert found.comparable == "not known"


def test_other_classes_are_told(evaluated):
    clips = replace(evaluated, run=evaluated.run | {"predicts": "class", "labels": ["calm", "angry", "sad"]})
    row = Reported(**(REPORTED | {"classes": 6, "metrics": {"accuracy": 0.5}}))
    assert compare(row, clips, {"test": SCORES}).differences == ("there are 6 classes there and 3 here",)
    assert compare(row.model_copy(update={"classes": 3}), clips, {"test": SCORES}).differences == ()
