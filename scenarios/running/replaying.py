"""Replays a finished run from its trace: no model is loaded, and every sample must be equal byte for byte."""

from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from ...agents.errors import Divergence
from ...agents.loading import ModelSettings
from ...agents.models.absent import Absent
from ...agents.replay import Memory
from ..reporting.report import report
from .job import Job, context_of
from .questions import questions_of
from .run_directory import as_lines, check_questions, files, read_plan, read_trace, sample_files


class Replayed(NamedTuple):
    """The numbers of replayed events and samples.

    >>> import asyncio
    >>> from tempfile import TemporaryDirectory
    >>> from symposia import run
    >>> team = [{"name": "amber", "model": "pocket:base"}]
    >>> tiny = {"protocol": {"use": "text/majority_vote"}, "team": team, "task": {"use": "pocket"}, "baselines": False}
    >>> with TemporaryDirectory() as folder:
    ...     finished = run(tiny, limit=1, out=folder)
    ...     asyncio.run(replay(Path(folder)))
    Replayed(events=2, samples=1)
    """

    events: int
    samples: int


async def replay(directory: Path) -> Replayed:
    """Replay a run directory. Raises `BadTrace` or `Divergence` and names the first event that differs."""
    planned = read_plan(directory, replayed=True)
    events = read_trace(directory, planned)
    memory = Memory(events, "replay")
    questions = questions_of(planned)
    check_questions(directory, planned, questions)
    context = context_of(planned, memory=memory)
    job = Job(planned, questions, context, absent)
    comparison = await job.compared()
    memory.check_used()
    written = files(report(planned, comparison), comparison)
    for name in comparison.files:
        check_same(directory / name, written[name].encode().splitlines(keepends=True))
    samples = sample_files(comparison)
    for name, found in samples.items():
        check_same(directory / name, as_lines(found))
    return Replayed(len(events), sum(map(len, samples.values())))


def absent(url: str, settings: ModelSettings | None = None) -> Absent:
    """A placeholder for the model at a URL."""
    return Absent(url)


def check_same(path: Path, lines: Iterable[bytes]) -> None:
    """Raise `Divergence` unless a file of the run has these lines, byte for byte."""
    if not path.is_file():
        raise Divergence(f"{path}: is gone. Run the scenario again to write it.")
    with path.open("rb") as kept:
        for number, (before, now) in enumerate(zip_longest(kept, lines), 1):
            if before is None or now is None:
                more = "fewer" if before is None else "more"
                raise Divergence(f"{path}:{number}: {more} lines than the trace says. Run the scenario to write it.")
            if before != now:
                raise Divergence(
                    f"{path}:{number}: differs from what the trace says. Run the scenario again to write it."
                )
