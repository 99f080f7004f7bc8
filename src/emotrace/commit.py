"""The commit of emotrace that is running, for whoever wants to make a result again."""

import subprocess
from pathlib import Path


def current_commit() -> str | None:
    """Commit of this checkout, with ``-dirty`` at its end if files were changed; None outside of one."""
    here = Path(__file__).parent

    def git(*words: str) -> str | None:
        try:
            command = ["git", "--no-optional-locks", *words]  # a killed process must leave no lock behind
            done = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    if git("ls-files", "--error-unmatch", "errors.py") is None:
        return None
    commit = git("rev-parse", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no")
    return f"{commit}-dirty" if commit and changed else commit
