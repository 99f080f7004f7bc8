"""`store.table_remarks`: which table is wanting, and what is wrong with signals."""

from types import SimpleNamespace

from emotrace.config.declaration import AudioInput, FeatureInput, TableInput
from emotrace.store.table_remarks import signal_faults, want_of


def recording(name, quality=None, **kinds):
    """A prepared recording of a feature and of tables, by kind."""
    entries = {f"table-{table}": {"attributes": {"kind": kind}} for table, kind in kinds.items()}
    entries["feature-ecg-54"] = {"attributes": {} if quality is None else {"quality": quality}}
    return SimpleNamespace(name=name, entries=entries, track_names=tuple(entries))


def test_the_medium_or_the_table_and_which_there_are():
    some = [recording("a", physio="signal"), recording("b", face="feature")]
    skin, heart = FeatureInput(name="eda-62", columns=62), TableInput(name="heart", columns=3)
    assert want_of([AudioInput()], some) == "sound"
    assert want_of([skin], some) == (
        "the table eda (there are face, physio; for such an INPUT `--set "
        "model.inputs.INPUT.of=table-physio` takes that)"
    )
    assert want_of([heart], some) == "the table heart (there are face, physio)"
    assert want_of([skin], some[1:]) == "the table eda (there are face)"
    assert want_of([heart], []) == "the table heart (no table is stored)"
    assert want_of([heart, skin, heart], []) == "the tables heart, eda (no table is stored)"


def test_more_than_a_tenth_is_told_and_beats_where_the_signal_is_good():
    recordings = [
        recording("good", {"missing": 0.1, "flat": 0.0, "saturated": 0.0, "without_beats": 0.1}),
        recording("flat", {"missing": 0.0, "flat": 1.0, "saturated": 0.0, "without_beats": 1.0}),
        recording("both", {"missing": 0.2, "flat": 0.3, "saturated": 0.0, "without_beats": 0.5}),
        recording("noise", {"missing": 0.0, "flat": 0.0, "saturated": 0.0, "without_beats": 0.4}),
        recording("skin", {"missing": 0.0, "flat": 0.0, "saturated": 0.11}),
        recording("none"),
    ]
    told = signal_faults(recordings, ["feature-ecg-54", "face-96"])
    assert told == [
        "more than a tenth of what feature-ecg-54 is made of is flat: 2 (flat, both)",
        "more than a tenth of what feature-ecg-54 is made of is missing: 1 (both)",
        "more than a tenth of what feature-ecg-54 is made of is without a heart beat: 1 (noise)",
        "more than a tenth of what feature-ecg-54 is made of is at the end of its range: 1 (skin)",
    ]
