"""The page in a headless browser, where one is installed: it runs without errors and obeys its address."""

import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from emotrace.inference import write_page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=3000",
    "--enable-logging=stderr",
    "--v=0",
)


@pytest.fixture
def opened(tmp_path):
    """Function that opens a page at an address within it; its final text and what the console said."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no chromium on this machine")

    def visit(page, place=""):
        command = [
            browser,
            *FLAGS,
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            page.as_uri() + place,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    return visit


@pytest.mark.parametrize("kind", ["trace", "class", "silent", "sound", "long", "late", "gaps"])
def test_a_page_runs_without_errors_and_goes_where_its_address_says(
    opened, make_prediction, sound_clip, tmp_path, kind
):
    prediction = {
        "trace": lambda: make_prediction(),
        "class": lambda: make_prediction(labels=("happy", "sad", "angry"), predicts="class"),
        "silent": lambda: _silent(make_prediction(labels=("happy", "sad", "angry"), predicts="class")),
        "sound": lambda: make_prediction(path=sound_clip, with_face=False),
        "long": lambda: make_prediction(rows=90_000),
        "late": lambda: _starting_late(make_prediction()),
        "gaps": lambda: _without_sound(make_prediction()),
    }[kind]()
    page = write_page(prediction, tmp_path / "x.html")
    text, complaints = opened(page, "#t=0.52")
    assert complaints == []
    assert f'id="clock">0:00.52 / {"1:00:00.00" if kind == "long" else "0:01.20"}<' in text
    if kind == "class":
        shown = float(prediction.trace.values[13].max()) * 100
        assert f">{shown:.1f} %</dd>" in text and "<dd style" not in text  # in ink, whatever its colour
        assert re.search(r'<dt style="--mark: #[0-9a-f]{6};">', text)
    elif kind == "silent":
        assert ">undecided</dt>" in text and ">no speech, or nothing given</dd>" in text
    else:
        shown = f"{prediction.trace.values[13, 0]:+.3f}".replace("-", "\u2212")
        assert f">{shown}</dd>" in text
    assert bool(re.search(r'<canvas id="band"[^>]* hidden', text)) == (kind not in ("class", "silent"))
    assert (">seen</dd>" in text) == (kind != "sound")
    assert bool(re.search(r'<canvas id="strips"[^>]* hidden', text)) == (kind != "gaps")


def test_a_recording_that_has_gone_leaves_a_page_that_says_so(opened, make_prediction, face_clip, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(face_clip.read_bytes())
    page = write_page(make_prediction(path=clip), tmp_path / "x.html")
    clip.unlink()
    text, _ = opened(page)
    assert "This browser cannot play the recording from here" in text


def _without_sound(prediction):
    observed = {"face": prediction.trace.face_found, "audio": np.zeros(30, bool)}
    return replace(prediction, trace=replace(prediction.trace, observed=observed))


def _silent(prediction):
    """The row that the test looks at says nothing."""
    values = prediction.trace.values.copy()
    values[12:15] = 1 / 3
    return replace(prediction, trace=replace(prediction.trace, values=values))


def _starting_late(prediction):
    """Without the first 0.4 s, as a delay with the rule drop leaves them out."""
    trace = prediction.trace
    kept = {name: getattr(trace, name)[10:] for name in ("times_s", "values", "face_found")}
    return replace(prediction, trace=replace(trace, **kept), boxes=prediction.boxes[10:])
