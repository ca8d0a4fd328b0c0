"""Builds what is served: a scenario's team, prepared once, and its members; or the model at a URL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ...agents import Team
from ...agents.collective import Collective
from ...agents.context import Context
from ...agents.errors import BadScenario
from ...agents.loading import load_any as load_model
from ...agents.model_url import in_folder
from ...agents.models.base import Scorer, Writer
from ...agents.trace import Trace
from ...agents.voting import Reader, as_written
from ...evaluators import task
from ...evaluators.evaluator import alone
from ...evaluators.task import Item
from ..planning.plan import Plan
from ..running.borrowed import borrowing
from ..running.build import Built, Load
from ..running.faults import injected
from ..running.job import Job, context_of
from ..running.questions import questions_if_here
from ..running.run_directory import TRACE, fingerprint
from .offered import Offered

PREPARED = "prepare"
"""The folder of the trace of what was prepared at the start."""


@asynccontextmanager
async def opened(plan: Plan, traces: Path | None = None, *, load: Load = load_model) -> AsyncIterator[list[Offered]]:
    """A context with the team of a plan and its members, prepared or as prepared before.

    Raises the errors of building. Calls of `prepare` are traced into a folder of `traces`.
    """
    trace = Trace(None if traces is None else made(traces / PREPARED) / TRACE, run=fingerprint(plan))
    async with borrowing(plan, load) as loading:
        context = injected(context_of(plan, trace), plan)
        try:
            built = await Job(plan, questions_if_here(plan), context, loading).built()
        finally:
            trace.close()
        try:
            yield offers(plan, built)
        finally:
            await context.host.stop()


def offers(plan: Plan, built: Built) -> list[Offered]:
    """The team under its scenario's name, and each member that writes under `NAME/member`."""
    name, read = Path(plan.where).stem, reader(plan)
    found = [Offered(name, built.prepared, built.answer, read)]
    return found + [
        Offered(f"{name}/{member}", Team({member: model}, context=built.members.context), alone, read)
        for member, model in built.members.models.items()
        if isinstance(model, Writer | Collective) and not isinstance(model, Scorer)
    ]


def reader(plan: Plan) -> Reader:
    """How the task compares answers, for a question that is no item of it; as written where it needs one."""
    found = task.find(plan.scenario.task.use, folder=plan.folder)
    return partial(read_alone, found, Item(question="", form="", gold=None))


def read_alone(found: Any, item: Item, text: str) -> str | None:  # noqa: ANN401 - a task's module
    """The answer that a task reads from a text without knowing its item."""
    try:
        read: str | None = found.read(item, text)
    except (LookupError, TypeError, ValueError, AttributeError):
        return as_written(text)
    return read


@asynccontextmanager
async def opened_model(url: str, *, load: Load = load_model) -> AsyncIterator[list[Offered]]:
    """A context with the model at a URL. Raises `BadScenario` for a reward model, and the errors of loading."""
    model = load(in_folder(url, Path.cwd()))
    if not isinstance(model, Writer):
        raise BadScenario(f"serve: {url}: scores answers and writes none. Serve a model that writes.")
    context = Context()
    try:
        yield [Offered(url, Team({"model": model}, context=context), alone)]
    finally:
        await context.host.stop()


def made(folder: Path) -> Path:
    """A folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def names(offered: Sequence[Offered]) -> list[str]:
    """The names under which something is offered."""
    return [one.name for one in offered]
