"""The command line as a shell sees it: help is quick, errors are one line with an exit status."""

import errno
import subprocess
import sys
import time

import pytest

import emotrace.cli
from emotrace.errors import CheckpointError, ConfigError, DataError, EmotraceError, InputError

HEAVY = ("torch", "lightning", "pandas", "av", "onnxruntime", "plotly", "matplotlib", "scipy", "sklearn")


def shell(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "emotrace", *words], capture_output=True, text=True)


def test_help_imports_nothing_heavy():
    code = (
        "import sys, emotrace.cli.app\n"
        f"heavy = sorted(name for name in {HEAVY} if name in sys.modules)\n"
        "print(heavy)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "[]"


def test_help_lists_the_first_group_of_commands():
    began = time.monotonic()
    result = shell("--help")
    seconds = time.monotonic() - began
    assert result.returncode == 0
    for command in ("demo", "systems", "corpora", "prepare", "train", "evaluate", "predict", "report"):
        assert command in result.stdout
    assert seconds < 5  # half a second is measured in benchmarks/; this only catches a heavy import


def test_version():
    assert shell("--version").stdout.split()[0] == "emotrace"


def test_an_unknown_command_is_wrong_use():
    assert shell("trian").returncode == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (EmotraceError("x"), 1),
        (DataError("x"), 1),
        (ConfigError("x"), 2),
        (InputError("x"), 2),
        (CheckpointError("x"), 2),
    ],
)
def test_errors_become_one_line_and_a_status(monkeypatch, capsys, error, status):
    def fail():
        raise error

    monkeypatch.setattr("emotrace.cli.app.app", fail)
    with pytest.raises(SystemExit) as stop:
        emotrace.cli.main()
    assert stop.value.code == status
    assert capsys.readouterr().err == "emotrace: x\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_says_so(monkeypatch, capsys, number):
    def fail():
        raise OSError(number, "no", "somewhere.npy")

    monkeypatch.setattr("emotrace.cli.app.app", fail)
    with pytest.raises(SystemExit):
        emotrace.cli.main()
    assert "somewhere.npy: cannot be written (no); free some space" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["emotrace.cli.app.app", "emotrace.corpora.describe"])
def test_an_interrupt_says_that_work_is_kept(monkeypatch, capsys, where):
    def fail():
        raise KeyboardInterrupt

    monkeypatch.setattr(where, fail)  # before a command, and within one, where typer has it first
    monkeypatch.setattr(sys, "argv", ["emotrace", "corpora"])
    with pytest.raises(SystemExit) as stop:
        emotrace.cli.main()
    assert stop.value.code == 130
    assert (
        "finished work is kept, run the same command again (train with --resume)" in capsys.readouterr().err
    )
