"""Costs of single trainings, of cross-validations and of fusions."""

import json
import shutil

from compared_runs import change

from emotrace.evaluation.compared import compare_runs
from emotrace.evaluation.compared.costs import COLUMNS, cost_notes, cost_rows
from emotrace.evaluation.compared.entrants import read_entrants


def spend(run, *, seconds=10.0, parameters=100, ms=5.0, memory=300, device="cpu"):
    """Note costs in a run folder."""
    trained = {
        "seconds": {"joint": seconds, "second": 0.5},
        "parameters_training": parameters,
        "parameters_inference": parameters - 1,
        "peak_memory_mb": memory + 100,
        "device": device,
    }
    change(run / "run.json", cost=trained)
    predicted = {"ms_per_second": ms, "device": "cpu", "threads": 2, "peak_memory_mb": memory}
    (run / "predictions").mkdir(exist_ok=True)
    (run / "predictions" / "cost.json").write_text(json.dumps(predicted))


def fold_of(run, number, **costs):
    """A fold of a run that is made a cross-validation: the costs of its model."""
    folder = run / f"fold_{number}"
    folder.mkdir()
    shutil.copy(run / "run.json", folder / "run.json")
    change(folder / "run.json", cost=None)
    spend(folder, **costs)


def as_folds(run):
    """The run with what makes it a cross-validation of three folds."""
    names = json.loads((run / "partition.json").read_text())["parts"]["test"]
    change(run / "run.json", folds=[{"fold": number, "state": "done"} for number in range(3)])
    change(run / "partition.json", fold_of={name: at % 3 for at, name in enumerate(names)})


def fused(run, *sources):
    """The run with what makes it a fusion."""
    found = [
        {"name": one.name, "path": str(one), "recipe_digest": json.loads((one / "run.json").read_text())[
            "recipe_digest"]} for one in sources
    ]  # fmt: skip
    change(run / "run.json", system="fusion", variant="ridge", sources=found)


def test_costs_of_a_training(pair):
    runs = pair()
    spend(runs[0], device="gpu")
    first, second = cost_rows(read_entrants(runs))
    assert first == {
        "run": "good", "parameters_training": 100, "parameters_inference": 99, "training_seconds": 10.5,
        "training_memory_mb": 400, "training_device": "gpu", "ms_per_second": 5.0,
        "prediction_memory_mb": 300, "prediction_device": "cpu", "threads": 2,
    }  # fmt: skip
    assert second == {"run": "noisy"} | dict.fromkeys(COLUMNS)
    assert cost_notes(read_entrants(runs)) == []


def test_costs_of_folds(pair):
    good, noisy = pair()
    for number, (seconds, ms, memory) in enumerate([(1.0, 9.0, 200), (2.0, 4.0, 500), (3.0, 5.0, 300)]):
        fold_of(noisy, number, seconds=seconds, ms=ms, memory=memory)
    as_folds(noisy)
    entrants = read_entrants([good, noisy])
    row = cost_rows(entrants)[1]
    assert (row["training_seconds"], row["ms_per_second"], row["prediction_memory_mb"]) == (7.5, 5.0, 500)
    assert row["parameters_training"] == 100
    assert cost_notes(entrants) == [
        "Of the folds of noisy training is the sum, predicting the median, the rest the highest."
    ]


def test_costs_of_a_fusion_are_the_sums_of_its_sources(pair, write_run, tmp_path):
    good, noisy = pair()
    both = write_run(tmp_path / "both", parts=("test",))
    fused(both, good, noisy)
    spend(good, ms=5.0, memory=300)
    spend(noisy, ms=7.0, memory=200, device="gpu")
    row = cost_rows(read_entrants([good, both]))[1]
    assert (row["parameters_training"], row["training_seconds"], row["ms_per_second"]) == (200, 21.0, 12.0)
    assert (row["prediction_memory_mb"], row["threads"], row["training_device"]) == (300, 2, "cpu, gpu")
    (noisy / "predictions" / "cost.json").unlink()
    entrants = read_entrants([good, both])
    row = cost_rows(entrants)[1]
    assert row["ms_per_second"] is None and row["training_seconds"] == 21.0
    assert "sums of its sources where all are known" in cost_notes(entrants)[0]


def test_a_fusion_whose_sources_are_gone_says_so(pair, write_run, tmp_path):
    good, noisy = pair()
    both = write_run(tmp_path / "both", parts=("test",))
    fused(both, good, noisy)
    spend(good)
    spend(noisy)
    change(noisy / "run.json", recipe_digest="of another training")
    entrants = read_entrants([good, both])
    assert cost_rows(entrants)[1] == {"run": entrants[1].name} | dict.fromkeys(COLUMNS)
    (note,) = cost_notes(entrants)
    assert note.endswith("the costs are not known: of its sources noisy is gone, trained anew, or no run.")
    page = compare_runs([good, both], tmp_path / "page.html").page.read_text(encoding="utf-8")
    assert note in page
    shutil.rmtree(noisy)
    assert "noisy is gone" in cost_notes(entrants)[0]
