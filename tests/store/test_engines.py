"""Engines by name, and preparing on a local Ray of two workers: the same bytes, and what a kill costs."""

import builtins
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

sys.path.insert(0, os.path.dirname(__file__))
import ray_work

from emotrace.errors import ConfigError, MissingExtraError
from emotrace.store import open_prepared
from emotrace.store.engines import open_engine
from emotrace.store.engines.ray_engine import RayEngine
from emotrace.store.engines.workers import LocalEngine, run_tasks


@pytest.fixture(scope="module")
def cluster():
    """A Ray of two workers on this machine, which also find the modules of these tests."""
    import ray

    for name, value in {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}.items():
        os.environ.setdefault(name, value)
    here = os.path.dirname(__file__)
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
        runtime_env={"env_vars": {"PYTHONPATH": here}},
    )
    yield ray
    ray.shutdown()


def test_ray_gives_the_same_bytes(cluster, make_corpus, prepare_fake, tmp_path, contents_of):
    corpus = make_corpus({f"r{k}": f"frames={8 + k}" for k in range(4)} | {"bad": "broken"})
    single = prepare_fake(corpus, "single")
    told = []
    many = prepare_fake(corpus, "ray", engine="ray", progress=lambda *facts: told.append(facts))
    assert single == many and len(many.failed) == 1
    assert contents_of(tmp_path / "single") == contents_of(tmp_path / "ray")
    assert [facts[:3] for facts in told] == [("recording", k, 5) for k in range(1, 6)]
    pids = {int(path.name) for path in (tmp_path / "corpus/pids").iterdir()}
    assert len(pids - {os.getpid()}) == 2
    assert cluster.is_initialized()  # the caller's own connection stays open
    assert prepare_fake(corpus, "ray", engine="ray").reused == single.prepared


def test_a_killed_ray_worker_costs_its_recording_only(cluster, make_corpus, prepare_fake, tmp_path):
    corpus = make_corpus({"a": "frames=8", "b": "deadly", "c": "frames=9", "d": "deadly-once"})
    result = prepare_fake(corpus, engine="ray")
    assert result.prepared == ["a", "c", "d"]  # d is tried once more
    ((name, reason),) = result.failed
    assert name == "b" and "its Ray worker was killed twice" in reason
    assert [one.name for one in open_prepared(tmp_path / "out").recordings] == ["a", "c", "d"]


def test_a_local_worker_that_is_killed_once_is_tried_once_more(make_corpus, prepare_fake):
    result = prepare_fake(make_corpus({"a": "deadly-once", "b": "frames=8"}), jobs=2)
    assert sorted([*result.prepared, *result.reused]) == ["a", "b"] and not result.failed


def test_the_longest_are_begun_first(make_corpus, prepare_fake, monkeypatch):
    begun = []

    class Engine:
        def run(self, work, tasks):
            begun.extend(task.recording.name for task in tasks)
            return run_tasks(work, tasks, 1)

    monkeypatch.setattr(sys.modules["emotrace.store.prepare"], "open_engine", lambda *asked: Engine())
    corpus = make_corpus({"a": "frames=8", "b": "frames=8" + " " * 50, "c": "frames=8 "})
    assert prepare_fake(corpus, jobs=2).prepared == ["a", "b", "c"]
    assert begun == ["b", "c", "a"]


@pytest.mark.parametrize("kind", [LocalEngine, RayEngine])
def test_a_caller_that_gives_up_ends_what_runs(cluster, tmp_path, kind):
    outcomes = kind(2).run(ray_work.sleep, [(tmp_path / "long", 600), (tmp_path / "short", 0)])
    number, future = next(outcomes)
    assert (number, future.exception()) == (1, None)
    wait_until(lambda: is_written(tmp_path / "long"))
    outcomes.close()
    wait_until(lambda: kind is LocalEngine or not is_alive(tmp_path / "long"))
    assert not is_alive(tmp_path / "long")
    assert not (tmp_path / "long.done").exists()


PROGRAM = """
import pathlib, signal, sys, ray_work
from emotrace.store.engines.workers import run_tasks
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it in what it runs behind itself
print("begun", flush=True)
list(run_tasks(ray_work.sleep, [(pathlib.Path(name), 600) for name in sys.argv[1:]], 2))
"""


@pytest.fixture
def parent(tmp_path):
    """A process with two workers, in a group of its own as a terminal makes it."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path / "one", tmp_path / "two"],
        env=os.environ | {"PYTHONPATH": os.path.dirname(__file__)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("kill", [os.kill, os.killpg])
@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_ends_all_workers_before_their_parent(parent, tmp_path, kill, times):
    files = [tmp_path / "one", tmp_path / "two"]
    wait_until(lambda: all(is_written(file) for file in files))
    for _ in range(times):  # the second time while they tidy up
        kill(parent.pid, signal.SIGINT)
        time.sleep(0.5)
    _, told = parent.communicate(timeout=60)
    assert told.count(b"Traceback") == 1 and told.strip().endswith(b"KeyboardInterrupt")
    assert not any(is_alive(file) for file in files)
    assert all(file.with_suffix(".tidied").exists() for file in files)


def test_an_interrupt_while_workers_start_is_told_once(parent):
    assert parent.stdout.readline() == b"begun\n"
    time.sleep(0.3)
    os.killpg(parent.pid, signal.SIGINT)
    _, told = parent.communicate(timeout=60)
    assert told.count(b"Traceback") == 1 and told.strip().endswith(b"KeyboardInterrupt")


def wait_until(condition):
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_written(file):
    return file.is_file() and file.read_text()


def is_alive(file):
    """Whether the process whose number stands in a file runs."""
    try:
        os.kill(int(file.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def test_unknown_engines_and_needless_addresses_are_refused():
    with pytest.raises(ConfigError, match="engine is 'spark'; expected one of local, ray"):
        open_engine("spark")
    with pytest.raises(ConfigError, match=r"a Ray address \(h:1\) is given but engine is 'local'"):
        open_engine("local", 2, "h:1")


def test_a_missing_extra_says_how_to_install_it(make_corpus, prepare_fake, monkeypatch):
    plain = builtins.__import__

    def refuse(name, *rest, **more):
        if name == "ray":
            raise ImportError("No module named 'ray'")
        return plain(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"not installed; run: pip install 'emotrace\[ray\]'"):
        prepare_fake(make_corpus({"a": "frames=8"}), engine="ray")


class FakeRay:
    """What is asked of ray while it is connected."""

    def __init__(self, failure=None):
        self.failure, self.options, self.stopped = failure, None, False

    def is_initialized(self):
        return False

    def init(self, **options):
        self.options = options
        if self.failure:
            raise self.failure

    def shutdown(self):
        self.stopped = True


def test_a_local_ray_is_started_and_stopped_and_an_address_is_used(monkeypatch):
    for address, expected in ((None, {"address": "local", "num_cpus": 3}), ("auto", {"address": "auto"})):
        engine = RayEngine(3, address)
        engine._ray = FakeRay()
        with engine._connected():
            assert engine._ray.options.items() >= expected.items() and not engine._ray.stopped
        assert engine._ray.stopped
    monkeypatch.setenv("RAY_ADDRESS", "from:2")
    assert open_engine("ray")._address == "from:2"
    assert open_engine("ray", None, "h:1")._address == "h:1"


def test_a_cluster_that_does_not_answer():
    with socket.socket() as free:  # a port at which nobody listens
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    engine = RayEngine(None, address)
    engine._ray = FakeRay()
    with pytest.raises(ConfigError, match=rf"no Ray cluster can be reached .* at {address} \(.*refused\)"):
        list(engine.run(ray_work.touch, []))
    assert engine._ray.options is None  # Ray itself would try for minutes
    engine = RayEngine(2)
    engine._ray = FakeRay(RuntimeError("no room\nmore"))
    with pytest.raises(ConfigError, match=r"reached or started on this machine \(no room\)"):
        list(engine.run(ray_work.touch, []))


def test_an_error_of_the_program_is_no_killed_worker(cluster):
    ((number, future),) = RayEngine(jobs=1).run(ray_work.fail, ["task"])
    assert number == 0
    with pytest.raises(RuntimeError, match="cannot be done with task"):
        future.result()
