"""The analysis of cells: a planted unit is found, luck is told from it, and what cannot be done is said."""

import numpy as np
import pytest
import torch
from sounding import RATE_HZ, Planted, Sounding

from emotrace.errors import CheckpointError, DataError, InputError
from emotrace.insight.analyses.cells.chosen import choose, typical_recording
from emotrace.insight.analyses.cells.correlate import correlate, half_of, turned
from emotrace.insight.analyses.cells.figures import Panel, page_figure, scaled
from emotrace.insight.analyses.cells.run import run
from emotrace.insight.analyses.cells.tables import group_table
from emotrace.insight.unit_activations import Units, activation_chunks, series_of

FOUR = tuple(Sounding(number) for number in range(4))


@pytest.fixture
def found(planted, speech):
    return correlate(planted(*FOUR))


def test_the_planted_unit_is_found_by_name_and_sign(found):
    energy, arousal = (
        next(b for b in choose(found) if b.measure.name == n) for n in ("rms_energy", "gold_arousal")
    )
    for best in (energy, arousal):
        assert found.units.name(best.unit) == "layer1/cell 3"
        assert best.correlation == pytest.approx(-1, abs=1e-5)
        np.testing.assert_allclose(best.by_recording, -1, atol=1e-5)
        assert best.share == 0.01 and best.chance < 0.9
        assert [pair.unit for pair in best.held_out] == [3, 3]
        assert best.held_out_mean == pytest.approx(1, abs=1e-5)  # the sign is the same in both halves
        assert len(best.top) == 10 and 11 not in best.top  # the one that stands still
    assert found.ranked[0, 3] < -0.99 and np.isnan(found.pooled[:, 11]).all()


def test_the_best_of_noise_is_told_as_luck(found):
    valence = next(best for best in choose(found) if best.measure.name == "gold_valence")
    noise = found.pooled[:, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]]
    assert np.abs(noise).max() < 0.2
    assert valence.correlation == np.nanmax(np.abs(found.pooled[5])) * np.sign(valence.correlation)
    if valence.unit != 3:
        assert valence.share > 0.01 and abs(valence.held_out_mean) < abs(valence.correlation)


def test_all_is_as_if_computed_at_once(planted, speech, found):
    examined = planted(*FOUR)
    series = np.concatenate([series_of(examined, one, np.arange(12)) for one in FOUR])
    levels = np.concatenate([one.level for one in FOUR])
    expected = [np.corrcoef(levels, series[:, unit])[0, 1] for unit in range(11)]
    np.testing.assert_allclose(found.pooled[4, :11], expected, atol=1e-5)
    assert found.steps == 1200 and found.known.tolist() == [1200, 4 * 226, 1200, 1200, 1200, 1200]
    np.testing.assert_allclose(found.mean[0, 3], found.by_recording[:, 0, 3].mean())


def test_recordings_are_traced_in_chunks_whose_state_is_carried(planted, speech):
    examined = planted(Sounding(1, steps=600))
    whole = np.concatenate([values for _, values in activation_chunks(examined, examined.recordings[0], 600)])
    parts = [values for _, values in activation_chunks(examined, examined.recordings[0], 77)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    examined.model.asked.clear()
    correlate(examined)
    assert examined.model.asked == [250, 250, 100]


def test_a_model_that_needs_it_gets_a_recording_in_one_piece_or_with_its_context(planted, speech):
    examined = planted(Sounding(1, steps=600), model=Planted(whole=True))
    correlate(examined)
    assert examined.model.asked == [600]
    examined = planted(Sounding(1), model=Planted(context_steps=3, look_ahead_steps=2))
    assert choose(correlate(examined))[0].correlation == pytest.approx(-1, abs=1e-4)


def test_long_recordings_are_thinned_for_ranks_and_chance(planted, speech):
    long, short = (choose(correlate(planted(Sounding(1, steps=steps)))) for steps in (4100, 1000))
    for best in (long[0], short[0]):
        assert best.unit == 3 and best.share == 0.01


def test_halves_are_of_subjects(planted, speech):
    assert half_of(["s10", "s2", "s10", "s3"]) == [0, 1, 0, 0]
    one = correlate(planted(Sounding(0, speaker=7), Sounding(1, speaker=7)))
    assert one.halves is None
    best = choose(one)[0]
    assert best.held_out == () and np.isnan(best.held_out_mean)
    findings = run(planted(Sounding(0, speaker=7), Sounding(1, speaker=7)))
    assert findings.warnings == (
        "all recordings are of one subject: the choice of the best units cannot be checked on others",
    )
    assert findings.summary["measures"]["rms_energy"]["held_out"] is None


def test_turning_keeps_values_and_moves_them_by_a_tenth_at_least(rng):
    measures = np.column_stack([np.arange(100.0), np.arange(100.0) + 1000])
    moved = turned(measures, rng)
    assert moved.shape == (100, 198)
    np.testing.assert_array_equal(np.sort(moved, axis=0)[:, :2], measures)
    by = moved[0, ::2]
    assert by.min() >= 10 and by.max() <= 90 and len(set(by)) > 30
    np.testing.assert_array_equal(moved[:, 1::2] - moved[:, ::2], 1000)
    assert np.isnan(turned(measures[:19], rng)).all()


def test_recordings_too_short_to_turn_leave_chance_unknown(planted, speech):
    best = choose(correlate(planted(Sounding(0, steps=15), Sounding(1, steps=15))))[0]
    assert best.unit == 3 and np.isnan(best.chance) and np.isnan(best.share)


def test_a_typical_recording_is_neither_the_best_nor_the_worst(found):
    best = choose(found)[:1]
    object.__setattr__(best[0], "by_recording", np.array([-0.9, -0.1, -0.5, np.nan]))
    assert typical_recording(found, best) == 2


def test_nothing_to_compare_with_is_refused(planted, speech):
    with pytest.raises(
        DataError, match=r"run: there is nothing to compare its cells with in the partition test "
    ):
        correlate(planted(Sounding(1, rated=False, entries={}), Sounding(2, rated=False, entries={})))


def test_measures_that_stand_still_or_are_missing_are_named(planted, no_opensmile):
    findings = run(planted(Sounding(1, silent=True), Sounding(2, silent=True)))
    assert set(findings.summary["measures"]) == {"gold_arousal", "gold_valence"}
    assert "RMS energy is missing: it is nowhere known, or the same at every step" in findings.warnings
    assert any(
        text.startswith("loudness is missing: opensmile is not installed") for text in findings.warnings
    )


def test_recordings_without_sound_take_part_with_their_gold_standard(planted, speech):
    found = correlate(planted(Sounding(1), Sounding(2, lacks=(f"audio-{RATE_HZ}",))))
    assert found.known.tolist() == [300, 226, 300, 300, 600, 600] and found.why_not == {}
    assert np.isnan(found.by_recording[1, 0]).all()


def test_activations_of_another_length_are_refused(planted, speech):
    class Short(Planted):
        def activations(self, inputs, state=None):
            shown, state = super().activations(inputs, state)
            return {name: value[:, 1:] for name, value in shown.items()}, state

    with pytest.raises(
        InputError, match=r"planted/model: its activations have shapes .* expected \(1, 250, unit\)"
    ):
        correlate(planted(Sounding(1), model=Short()))


def test_activations_that_are_not_numbers_are_refused(planted, speech):
    class Diverged(Planted):
        def activations(self, inputs, state=None):
            shown, state = super().activations(inputs, state)
            return {name: value / 0 for name, value in shown.items()}, state

    with pytest.raises(
        CheckpointError, match=r"best.safetensors: gives activations that are not numbers for r1"
    ):
        correlate(planted(Sounding(1), model=Diverged()))


def test_units_have_names():
    units = Units((("layer1/cell", 3), ("layer2/cell", 2)))
    assert [units.name(unit) for unit in (0, 2, 3)] == ["layer1/cell 0", "layer1/cell 2", "layer2/cell 0"]
    with pytest.raises(InputError, match=r"unit is 0 beyond the last; expected 0 to 4"):
        units.place(5)


def test_groups_show_their_largest(found):
    rows = dict(group_table(found))
    assert list(rows) == ["layer1/cell", "layer1/hidden"]
    assert rows["layer1/cell"][0] == pytest.approx(1, abs=1e-5) and rows["layer1/hidden"][0] < 0.2


def test_what_is_drawn_is_scaled_and_the_right_way_up(planted, speech):
    findings = run(planted(*FOUR, drawn="r2"))
    assert findings.summary["drawn"] == "r2"
    rows = findings.tables["cells_over_time"]
    assert len(rows) == 300 and rows[3]["time_s"] == 0.12
    energy, unit = (
        np.array([row[name] for row in rows]) for name in ("rms_energy", "rms_energy: layer1/cell 3")
    )
    assert np.corrcoef(energy, unit)[0, 1] < -0.999  # in the table as it is
    known = np.ones(300, bool)
    panel = Panel("energy", "cell 3", "e", -1.0, -1, energy, unit)
    curves = page_figure([panel], np.arange(300) * 0.04)["data"]
    first, second = (np.array(curve["y"]) for curve in curves)
    np.testing.assert_allclose(first, scaled(energy, known), atol=2e-3)
    assert np.corrcoef(first, second)[0, 1] > 0.999  # upside down in the figure
    assert panel.label == "−1 × cell 3" and panel.title == "energy   r = −1.00"


def test_scaling_stands_what_cannot_be_scaled():
    np.testing.assert_array_equal(scaled(np.array([2.0, 2.0]), np.array([True, True])), [0, 0])
    np.testing.assert_array_equal(scaled(np.array([2.0, 4.0]), np.array([False, False])), [2, 4])


def test_units_that_never_move_are_refused(planted, speech):
    still = Planted()
    still.activations = lambda inputs, state=None: (
        {name: torch.zeros_like(values) for name, values in Planted().activations(inputs, state)[0].items()},
        None,
    )
    with pytest.raises(DataError, match=r"none of the \d+ cells and gates moves with any measure on test"):
        run(planted(Sounding(1), Sounding(2), model=still))
