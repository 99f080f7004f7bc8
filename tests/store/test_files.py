"""Files: appended, renamed when whole, explained when the disk is full; one job at a time."""

import subprocess
import sys

import numpy as np
import pytest

from emotrace.errors import DataError
from emotrace.lock import locked
from emotrace.store.files import (
    NpyWriter,
    publish,
    remove_leftovers,
    temporary,
    write_json,
)


@pytest.mark.parametrize("dtype", ["u1", "<f4", "<f8", "?"])
@pytest.mark.parametrize("shape", [(), (3,), (8, 8, 3), (0,)])
def test_appended_chunks_are_what_numpy_reads(tmp_path, rng, dtype, shape):
    rows = (rng.random((10, *shape)) * 200).astype(dtype)
    with NpyWriter(tmp_path / "a.npy", rows.dtype, shape) as writer:
        for chunk in np.split(rows, [0, 3, 3, 9]):
            writer.append(chunk)
    read = np.load(tmp_path / "a.npy")
    np.testing.assert_array_equal(read, rows)
    assert read.dtype == rows.dtype


def test_no_rows(tmp_path):
    with NpyWriter(tmp_path / "a.npy", np.dtype("f4"), (5,)):
        pass
    assert np.load(tmp_path / "a.npy").shape == (0, 5)


def test_refuses_other_rows(tmp_path):
    with NpyWriter(tmp_path / "a.npy", np.dtype("f4"), (2,)) as writer:
        with pytest.raises(DataError, match=r"gave rows of float64 \(2,\); expected float32 \(2,\)"):
            writer.append(np.zeros((1, 2)))
        with pytest.raises(DataError, match=r"gave rows of float32 \(3,\)"):
            writer.append(np.zeros((1, 3), "f4"))


def fail_in_the_middle(path):
    with temporary(path) as part:
        part.write_text("half")
        raise KeyError("stop")


def test_a_failing_block_leaves_nothing(tmp_path):
    with pytest.raises(KeyError, match="stop"):
        fail_in_the_middle(tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_published_at_once(tmp_path):
    with temporary(tmp_path / "a") as part:
        part.write_text("whole")
        assert not (tmp_path / "a").exists()
        publish(tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_leftovers_go(tmp_path):
    (tmp_path / "a.npy.part").touch()
    (tmp_path / "a.npy").touch()
    remove_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


def test_json_is_not_touched_when_equal(tmp_path):
    write_json(tmp_path / "a.json", {"b": 1, "a": [0.1]})
    before = (tmp_path / "a.json").stat().st_mtime_ns
    write_json(tmp_path / "a.json", {"a": [0.1], "b": 1})
    assert (tmp_path / "a.json").stat().st_mtime_ns == before


def test_one_job_at_a_time(tmp_path):
    hold = "import sys, pathlib; from emotrace.lock import locked\n"
    hold += "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DataError, match="another process is working in it"), locked(tmp_path):
            pass
        other.kill()  # the lock goes with its holder
        other.wait()
        with locked(tmp_path):
            pass
