"""Kill -9 and full disks in the middle: nothing half-written stays, and the rest is made later."""

import errno
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emotrace.errors import DataError
from emotrace.store import open_prepared
from emotrace.store.files import NpyWriter

SCRIPT = """
import pickle, sys
sys.path.insert(0, sys.argv[1])
import fake_media
from emotrace.config.declaration import AudioInput, FaceInput
from emotrace.config.media import FaceSettings
from emotrace.store import prepare
if __name__ == "__main__":
    corpus = pickle.loads(open(sys.argv[2], "rb").read())
    if len(sys.argv) > 5:
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]), int(sys.argv[5])))
    inputs = (FaceInput(size=8), AudioInput())
    prepare(corpus, sys.argv[3], inputs=inputs, settings=FaceSettings(), jobs=int(sys.argv[4]),
            source_factory=fake_media.open_fake)
"""


@pytest.fixture
def start(tmp_path):
    """Starts a preparation in a process of its own."""
    started = []

    def run(corpus, out, jobs=1, *limit):
        (tmp_path / "corpus.pickle").write_bytes(pickle.dumps(corpus))
        (tmp_path / "script.py").write_text(SCRIPT)
        here = str(Path(__file__).parent)
        arguments = [tmp_path / "script.py", here, tmp_path / "corpus.pickle", tmp_path / out, jobs, *limit]
        command = [sys.executable, *map(str, arguments)]
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def wait_for(condition, timeout_s=30.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see whether processes ended")
@pytest.mark.parametrize("jobs", [1, 2])
def test_resumed_after_kill(
    make_corpus, prepare_fake, fake_media, monkeypatch, start, tmp_path, contents_of, times_of, log_of, jobs
):
    words = {"first": "frames=8", "second": "frames=25000 samples=999 slow=30", "third": "frames=10"}
    corpus = make_corpus(words)
    process = start(corpus, "killed", jobs)
    folder = tmp_path / "killed/recordings"
    record = folder / "first/recording.json"  # names labels, which are made last, once they are there
    wait_for(lambda: record.exists() and '"labels"' in record.read_text())
    wait_for((folder / "second/face-8.npy.part").exists)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    workers = [int(path.name) for path in (tmp_path / "corpus/pids").iterdir()]
    wait_for(lambda: not any(alive(pid) for pid in workers))  # none outlives its parent
    assert (folder / "second/face-8.npy.part").exists()
    with pytest.raises(DataError, match="its preparation was not finished"):
        open_prepared(tmp_path / "killed")

    before = times_of(folder / "first")
    for name in words:
        log_of(name)
    monkeypatch.setattr(fake_media.time, "sleep", lambda seconds: None)
    result = prepare_fake(corpus, "killed")
    assert "second" in result.prepared and "first" in result.reused
    assert log_of("second") == ["cut face-8", "decoded audio-16000"]  # faces were found before
    assert times_of(folder / "first") == before
    prepare_fake(corpus, "whole")
    assert contents_of(tmp_path / "killed") == contents_of(tmp_path / "whole")
    assert len(open_prepared(tmp_path / "killed").recordings) == 3


def test_full_disk(make_corpus, prepare_fake, tmp_path, monkeypatch):
    corpus = make_corpus({"first": "frames=8", "second": "frames=9", "third": "frames=10"})
    written = NpyWriter.append

    def append(self, rows):
        if "second" in self._file.name and "audio" in self._file.name:
            raise OSError(errno.ENOSPC, "No space left on device", self._file.name)
        written(self, rows)

    monkeypatch.setattr(NpyWriter, "append", append)
    with pytest.raises(DataError, match=r"audio-16000.npy.* cannot be written \(No space left on device\)"):
        prepare_fake(corpus)
    assert not list((tmp_path / "out").rglob("*.part"))
    assert not (tmp_path / "out/recordings/second/audio-16000.npy").exists()
    assert not (tmp_path / "out/recordings/third").exists()  # it would fail as well
    monkeypatch.undo()


def test_full_disk_then_room(make_corpus, prepare_fake, tmp_path, monkeypatch, log_of):
    corpus = make_corpus({"first": "frames=8", "second": "frames=9"})
    with monkeypatch.context() as patch:
        patch.setattr("emotrace.store.files.os.replace", _no_space)
        with pytest.raises(DataError, match="free some space and run the same command again"):
            prepare_fake(corpus)
    log_of("first")
    assert prepare_fake(corpus).prepared == ["first", "second"]
    assert len(open_prepared(tmp_path / "out").recordings) == 2


def _no_space(old, new):
    raise OSError(errno.ENOSPC, "No space left on device", str(old))


@pytest.mark.parametrize("jobs", [1, 2])
def test_largest_file_size_of_the_system(make_corpus, start, tmp_path, jobs):
    pytest.importorskip("resource")
    corpus = make_corpus({"small": "frames=4", "large": "frames=100"})
    process = start(corpus, "limited", jobs, 40_000)  # 100 steps of sound take 256 kB
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "large/audio-16000.npy" in said and "cannot be written (File too large)" in said
    assert not list((tmp_path / "limited").rglob("*.part"))
    assert not (tmp_path / "limited/corpus.json").exists()


def test_full_file_system(make_corpus, prepare_fake, tmp_path, fake_media):
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("a small file system cannot be mounted here (needs root)")
    try:
        corpus = make_corpus({"first": "frames=20", "large": "frames=500"})  # 1.3 MB of sound
        with pytest.raises(DataError, match=r"cannot be written \(No space left on device\)"):
            prepare_fake(corpus, "small/out")
        assert not list(small.rglob("*.part"))
        assert (small / "out/recordings/first/recording.json").exists()
    finally:
        subprocess.run(["umount", str(small)], check=True)
