"""Programs in the sandbox: levels that hold here, and what is left behind by programs."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from symposia.evaluators.sandbox import judging
from symposia.evaluators.sandbox.levels import LEVELS, weakness
from symposia.evaluators.sandbox.limits import Limits
from symposia.evaluators.sandbox.pool import pool
from symposia.evaluators.sandbox.verdicts import Verdict

SHORT = Limits(seconds=1.0, cpu=2, memory=2**29)
ISOLATED = ("bubblewrap", "landlock")


def holding(level: str) -> str:
    """The level, where it holds; else the test is skipped."""
    reason = weakness(level)
    if reason is not None:
        pytest.skip(f"{level}: {reason}")
    return level


def verdict(level: str, code: str, test: str, *, entry: str = "f", limits: Limits = SHORT, **more: Any) -> Verdict:
    """The verdict on a program by a test, which runs in another process."""
    checks = {"preamble": "", "test": f"def check(candidate):\n    {test}\n", **more}
    return asyncio.run(judging.tested(code, entry, checks, LEVELS[level], limits))


def children(pid: int) -> list[int]:
    """The children of a process."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


@contextmanager
def nothing_left(level: str) -> Iterator[None]:
    """Below each supervisor there is nobody but the process of the tests, and no file."""
    yield
    for one in pool(level).supervised:
        if one.pid is not None and one.folder is not None:
            assert len(children(one.pid)) <= 1
            assert [path for path in one.folder.rglob("program/*")] == []
