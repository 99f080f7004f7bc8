"""The adapter of CASE (Sharma et al. 2019): physiology and joystick self-reports while watching clips."""

import re
from functools import partial
from pathlib import Path

from emotrace.corpora.adapter import Adapter
from emotrace.corpora.adapters.case import epic
from emotrace.corpora.adapters.case.annotations import DIMENSIONS, Trace, read_raw_session, read_session
from emotrace.corpora.adapters.case.physiology import read_raw, read_stimulus
from emotrace.corpora.adapters.case.stimuli import CONTENTS, Schedule
from emotrace.corpora.recording import Corpus, Recording
from emotrace.corpora.roots import find_base, matching, subfolders
from emotrace.corpora.tables import TableFile
from emotrace.errors import ConfigError, DataError
from emotrace.remarks import Remarks

VALUE_RANGE = (0.5, 9.5)
_FORMS = ("interpolated", "non-interpolated", "raw")
_PATTERNS = {
    "interpolated": ("sub_*.csv", "sub_*.csv"),
    "non-interpolated": ("sub_*.csv", "sub_*.csv"),
    "raw": ("sub*_joystick.txt", "sub*_daq.txt"),
}
_MARKS = [f"{over}{form}/annotations/{_PATTERNS[form][0]}" for form in _FORMS for over in ("data/", "")]
_NUMBER = re.compile(r"sub_?(\d+)(_joystick|_daq)?", re.IGNORECASE)
Skipped = list[tuple[str, str]]


def read_case(
    root: Path, form: str | None = None, scenario: str | None = None, fold: str | None = None
) -> Corpus:
    """Read one recording per subject and stimulus, times from the first joystick row of the stimulus.

    Parameters
    ----------
    root : Path
    form : {"interpolated", "non-interpolated", "raw"} or None
        Which folder of ``data`` is read; None: the first of them that is there.
    scenario, fold : str or None
        Of EPiC 2023; None: the lowest number.

    Raises
    ------
    ConfigError
        If `form`, `scenario` or `fold` is not one that is there, or is of the other kind of copy.
    DataError
        If the folder holds no such corpus, or the raw files no schedule of stimuli.
    """
    base = find_base(root, [*_MARKS, f"{epic.MARK}/*/annotations", f"{epic.MARK}/*/*/annotations"], "case")
    remarks = Remarks()
    if matching(base, epic.MARK):
        _refuse(base, form=form)
        inside = root.absolute().relative_to(base).parts if root.absolute().is_relative_to(base) else ()
        recordings, skipped = epic.read_epic(base, inside, scenario, fold, remarks)
    else:
        _refuse(base, scenario=scenario, fold=fold)
        data = base / "data" if any(path.name == "data" for path in subfolders(base)) else base
        recordings, skipped = _read_form(data, _choose_form(data, form), base, remarks)
    return Corpus(
        name=ADAPTER.name,
        root=base,
        recordings=tuple(recordings),
        dimensions=DIMENSIONS,
        value_range=VALUE_RANGE,
        skipped=tuple(skipped),
        warnings=remarks.texts(),
    )


def _refuse(base: Path, **options: str | None) -> None:
    """Refuse options that would do nothing."""
    for name, value in options.items():
        if value is not None:
            copy = "a copy of CASE itself" if name == "form" else "EPiC 2023"
            raise ConfigError(f"{name} is {value!r}, but is an option of {copy}, not of {base}; leave it out")


def _choose_form(data: Path, asked: str | None) -> str:
    there = [form for form in _FORMS if matching(data, f"{form}/annotations/{_PATTERNS[form][0]}")]
    if asked is None:
        return there[0]
    if asked not in there:
        raise ConfigError(f"form is {asked!r}; {data} holds {', '.join(there)}, choose one of them")
    return asked


def _read_form(data: Path, form: str, base: Path, remarks: Remarks) -> tuple[list[Recording], Skipped]:
    if form == "non-interpolated":
        remarks.note("data/interpolated is not there or not asked for; physiology is at uneven times")
    schedule = None
    if form == "raw":
        remarks.note(
            "data/raw is read: volts are turned into units, and clips placed in time, as the corpus's own "
            "scripts do; data/interpolated is to be preferred"
        )
        schedule = Schedule(base / "metadata" if base != data else base.parent / "metadata")
    annotations = _by_subject(data / form / "annotations", _PATTERNS[form][0], remarks)
    physiology = _by_subject(data / form / "physiological", _PATTERNS[form][1], remarks)
    recordings: list[Recording] = []
    skipped: Skipped = []
    for number in sorted({*annotations, *physiology}):
        subject = f"sub_{number}"
        try:
            if number not in annotations:
                raise DataError(
                    f"{physiology[number]} has no annotations; expected {subject} in {form}/annotations"
                )
            if schedule is not None:
                traces = read_raw_session(annotations[number], schedule.of(number))
            else:
                traces, others = read_session(annotations[number])
                if others:
                    remarks.add("start and end clips and blue screens are left out", subject)
        except DataError as error:
            skipped.append((subject, str(error)))
            continue
        if len(traces) < len(CONTENTS):
            remarks.add(f"some of the {len(CONTENTS)} stimuli are missing", subject)
        if not traces:
            skipped.append((subject, f"{annotations[number]} has no row of the videos 1 to {len(CONTENTS)}"))
        recordings += [_recording(subject, trace, physiology.get(number), form) for trace in traces]
    return recordings, skipped


def _by_subject(folder: Path, pattern: str, remarks: Remarks) -> dict[int, Path]:
    """Files of a folder by the subject's number; READMEs lie among them."""
    found: dict[int, Path] = {}
    for path in matching(folder, pattern, remarks) if folder.is_dir() else []:
        match = _NUMBER.fullmatch(path.stem)
        if match is None:
            remarks.add("files with odd names are left out", path.name)
        elif int(match[1]) in found:
            remarks.add(
                f"second files of a subject are left out, {found[int(match[1])].name} is read", path.name
            )
        else:
            found[int(match[1])] = path
    return found


def _recording(subject: str, trace: Trace, physiology: Path | None, form: str) -> Recording:
    tables = {}
    if physiology is not None:
        first_ms, last_ms = trace.first_ms, trace.last_ms
        if form == "raw":
            reader = partial(read_raw, first_ms=first_ms, last_ms=last_ms)
        else:
            reader = partial(read_stimulus, video=trace.video, first_ms=first_ms, last_ms=last_ms)
        tables["physiology"] = TableFile(physiology, reader, "signal")
    return Recording(
        name=f"{subject}_vid_{trace.video}",
        subject=subject,
        tables=tables,
        gold=trace.gold,
        ratings={dimension: {"self": series} for dimension, series in trace.gold.items()},
        attributes={"stimulus": str(trace.video), "content": CONTENTS[trace.video]},
    )


ADAPTER = Adapter(
    name="case",
    title="CASE: continuously annotated signals of emotion",
    modalities=("physiology",),
    labels="arousal and valence at 20 Hz by joystick, 0.5 to 9.5, each subject's own rating; 8 clips each",
    subjects="30, no official partition (EPiC 2023: train and test by scenario and fold)",
    licence="open for research; see the licence that Figshare states",
    ask="Figshare and GitLab, linked from Sharma et al. 2019, https://doi.org/10.1038/s41597-019-0209-0",
    tree="""\
data/interpolated/annotations/sub_1.csv ...      jstime,valence,arousal,video       (ms, 20 Hz)
data/interpolated/physiological/sub_1.csv ...    daqtime,ecg,bvp,gsr,rsp,skt,emg_zygo,emg_coru,emg_trap,video
or data/non-interpolated/...                     the same columns, uneven times
or data/raw/annotations/sub1_joystick.txt, data/raw/physiological/sub1_DAQ.txt, with
   metadata/seqs_order.txt and metadata/videos_duration.txt
or, of EPiC 2023: scenario_1/{train,test}/{annotations,physiology}/sub_1_vid_2.csv,
   scenario_2/fold_0/{train,test}/...            time in ms""",
    read=read_case,
    options={
        "form": "interpolated, non-interpolated or raw, if not the first of them that is there",
        "scenario": "of EPiC 2023, 1 to 4; if not given, that of ROOT, else the lowest that is there",
        "fold": "of that scenario of EPiC 2023; if not given, that of ROOT, else the lowest that is there",
    },
)
