"""`symposia serve` as a process, for benchmarks and other programs."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

SECRET = "a secret of many letters"


@contextmanager
def serving(*arguments: str, python: Sequence[str] = (sys.executable,)) -> Iterator[str]:
    """A context with the base URL of a server that the command line started, and that is stopped at its end."""
    command = [*python, "-m", "symposia.scenarios.cli", "serve", *arguments, "--port", "0"]
    env = dict(os.environ, SYMPOSIA_TOKEN=SECRET)
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env)
    assert running.stderr is not None
    try:
        line = running.stderr.readline()
        assert " at http" in line, line + running.stderr.read()
        yield line.rpartition(" at ")[2].strip()
    finally:
        running.terminate()
        running.wait(60)
