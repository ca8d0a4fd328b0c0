"""The trial of a candidate: is it right on five inputs, and how fast is it beside the original?

The candidate answers each input before the original does, in another process; tensors go between them as files. What
the candidate does in its own process reaches neither the original's outputs nor their comparison. It can reach its own
clock: times are those that its process measures.
"""

import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from threading import Lock
from typing import Any, Final

from .comparing import Comparison
from .process import Failed, Process

INPUTS: Final = ((0, 1.0), (1, 1.0), (2, 1.0), (3, 1.0), (4, 3.0))
"""The seeds of the inputs, and what they are multiplied by."""

WARM_UP, TIMED = 3, 10
_one_at_a_time = Lock()


@dataclass(frozen=True)
class Result:
    """The result of a trial: whether the candidate was built and is right, and its speed-ups; None without times.

    `tells` is False where the original's outputs hardly depend on its inputs, so that nothing can be said.

    >>> Result(compiled=False, correct=False, message="SyntaxError").speedup is None
    True
    """

    compiled: bool
    correct: bool
    speedup: float | None = None
    against_compiled: float | None = None
    tells: bool = True
    message: str = ""


def tried(original: str, candidate: str, *, device: str, seconds: float) -> Result:
    """The result of a candidate's code. One trial at a time, so that times mean something. Raises `Failed`.

    `Failed` is raised where the original itself does not run; what the candidate does wrong is in the result.
    """
    folder = Path(mkdtemp(prefix="symposia-kernel-"))
    try:
        with _one_at_a_time, ExitStack() as stack:

            def started(name: str) -> Process:
                place = folder / name
                place.mkdir()
                return stack.enter_context(Process(device, place, seconds=seconds))

            return _tried(original, candidate, started, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tried(original: str, candidate: str, started: Callable[[str], Process], folder: Path) -> Result:
    first = started("original")
    first.ask("load", source=original, code=original, name="Model", compiled=False)
    other = started("candidate")
    try:
        other.ask("load", source=original, code=candidate, name="ModelNew", compiled=False)
    except Failed as error:
        return Result(compiled=False, correct=False, message=str(error))
    found = Comparison()
    try:
        for seed, scale in INPUTS:
            _compare(found, first, other, folder, (seed, scale))
    except _CandidateFailed as error:
        return Result(compiled=True, correct=False, message=str(error))
    if not found.tells:
        return Result(compiled=True, correct=False, tells=False, message="the output does not depend on the input")
    if not found.right:
        return Result(compiled=True, correct=False, message="its outputs are not those of the original")
    return _timed(original, first, other, started, folder)


class _CandidateFailed(Exception):
    """A candidate failed on an input."""


def _compare(found: Comparison, first: Process, other: Process, folder: Path, drawn: tuple[int, float]) -> None:
    from safetensors.torch import load_file

    inputs, outputs = folder / "inputs", {name: folder / name / "outputs" for name in ("candidate", "original")}
    plain = first.ask("make", path=str(inputs), seed=drawn[0], scale=drawn[1])["plain"]
    try:
        other.ask("take", path=str(inputs), plain=plain)
        other.ask("run", path=str(outputs["candidate"]))
        theirs = _in_order(load_file(outputs["candidate"]))
    except Exception as error:
        raise _CandidateFailed(str(error)) from error
    first.ask("take", path=str(inputs), plain=plain)
    first.ask("run", path=str(outputs["original"]))
    found.add(_in_order(load_file(outputs["original"])), theirs)


def _in_order(outputs: Mapping[str, Any]) -> list[Any]:
    return [outputs[name] for name in sorted(outputs, key=int)]


def _timed(original: str, first: Process, other: Process, started: Callable[[str], Process], folder: Path) -> Result:
    """The speed-ups of a right candidate: medians of runs that alternate with the original's, eager and compiled."""
    compiled = None
    if first.device.startswith("cuda"):
        with suppress(Failed):  # not every module can be compiled
            compiled = started("compiled")
            compiled.ask("load", source=original, code=original, name="Model", compiled=True)
    seed, scale = INPUTS[0]
    plain = first.ask("make", path=str(folder / "inputs"), seed=seed, scale=scale)["plain"]
    times: dict[str, list[float]] = {}
    for name, worker in (("original", first), ("candidate", other), ("compiled", compiled)):
        times[name] = []
        with suppress(Failed):
            if worker is not None:
                worker.ask("take", path=str(folder / "inputs"), plain=plain)
    for run in range(WARM_UP + TIMED):
        for name, worker in (("candidate", other), ("original", first), ("compiled", compiled)):
            with suppress(Failed, KeyError, TypeError, ValueError):
                if worker is not None:
                    times[name] += [float(worker.ask("time")["ms"])] if run >= WARM_UP else _warmed(worker)
    return Result(
        compiled=True,
        correct=True,
        speedup=_ratio(times["original"], times["candidate"]),
        against_compiled=_ratio(times["compiled"], times["candidate"]),
    )


def _warmed(worker: Process) -> list[float]:
    worker.ask("time")
    return []


def _ratio(before: list[float], after: list[float]) -> float | None:
    """The ratio of times, reference over candidate; None unless both were timed every time."""
    if min(len(before), len(after)) < TIMED or not median(after) > 0:
        return None
    return median(before) / median(after)
