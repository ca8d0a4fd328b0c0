"""Runs the command line as a user does: in a process of its own, output in a pipe."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Outcome(NamedTuple):
    """What a command left: its exit code and its two outputs."""

    code: int
    out: str
    err: str


def symposia(*arguments: str, folder: Path) -> Outcome:
    """Run `symposia` with these arguments in a folder."""
    command = [sys.executable, "-m", "symposia.scenarios.cli", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    return Outcome(done.returncode, done.stdout, done.stderr)
