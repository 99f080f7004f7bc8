"""The most memory that a process holds, from a given moment on."""

import sys

import numpy as np
import pytest

from emotrace import costs
from emotrace.costs import PeakMemory

MB = 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can measure from a given moment on")
def test_what_is_held_meanwhile_counts_and_what_was_before_does_not():
    before = PeakMemory()
    held = np.ones(200 * MB // 8)
    del held
    assert (first := before.mb()) is not None
    second = PeakMemory().mb()
    assert second is not None and 150 < first - second < 250  # MB, of 200


def test_where_the_peak_cannot_be_reset_nothing_is_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(costs, "_RESET", tmp_path / "no folder" / "clear_refs")
    assert PeakMemory().mb() is None


def test_a_status_without_a_peak_is_not_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(costs, "_RESET", tmp_path / "clear_refs")
    monkeypatch.setattr(costs, "_STATUS", tmp_path / "status")
    (tmp_path / "status").write_text("Name:\tx\nVmHWM:\t  204800 kB\n")
    memory = PeakMemory()
    assert memory.mb() == 200
    (tmp_path / "status").write_text("Name:\tx\n")
    assert memory.mb() is None
