"""Replays a finished run from its trace: no model is loaded, and every sample must be equal byte for byte."""

from pathlib import Path
from typing import NamedTuple

from ...agents.errors import Divergence
from ...agents.loading import ModelSettings
from ...agents.models.absent import Absent
from ...agents.replay import Memory
from ..reporting.report import report
from .job import Job, context_of
from .questions import questions_of
from .run_directory import check_questions, files, read_plan, read_trace


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
    for name, text in written.items():
        if name.endswith(".jsonl") or name in comparison.files:
            check_same(directory / name, text)
    return Replayed(len(events), sum(text.count("\n") for name, text in written.items() if name.endswith(".jsonl")))


def absent(url: str, settings: ModelSettings | None = None) -> Absent:
    """A placeholder for the model at a URL."""
    return Absent(url)


def check_same(path: Path, text: str) -> None:
    """Raise `Divergence` unless a file of the run has this text, byte for byte."""
    if not path.is_file():
        raise Divergence(f"{path}: is gone. Run the scenario again to write it.")
    kept = path.read_bytes().split(b"\n")
    for number, (before, now) in enumerate(zip(kept, text.encode().split(b"\n"), strict=False), 1):
        if before != now:
            raise Divergence(f"{path}:{number}: differs from what the trace says. Run the scenario again to write it.")
    if len(kept) != text.count("\n") + 1:
        raise Divergence(f"{path}: has {len(kept) - 1} lines, not as many as the trace says. Run the scenario again.")
