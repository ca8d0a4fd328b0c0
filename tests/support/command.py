"""Runs the command line: as a user does, in a process of its own, or, to save its start, in this one."""

import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from symposia.scenarios.cli import main


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


def inside(*arguments: str, folder: Path) -> Outcome:
    """The same in this process, where models that were read before are still there."""
    out, err = StringIO(), StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as left:
            code = left.code
    return Outcome(int(code or 0), out.getvalue(), err.getvalue())
