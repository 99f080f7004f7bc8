"""The commit that is noted with every run."""

import subprocess

from emotrace.commit import current_commit


def test_the_commit_is_read_without_taking_git_s_lock(monkeypatch):
    calls = []

    def fake_git(command, **_):
        calls.append(command)
        said = {"rev-parse": "abc\n", "status": " M file.py\n"}.get(command[2], "errors.py\n")
        return subprocess.CompletedProcess(command, 0, stdout=said)

    monkeypatch.setattr(subprocess, "run", fake_git)
    assert current_commit() == "abc-dirty"
    assert {"rev-parse", "status"} <= {call[2] for call in calls}  # describe --dirty would lock the index
    assert all(call[:2] == ["git", "--no-optional-locks"] for call in calls)
