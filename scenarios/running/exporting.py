"""Exports the model that a run made: merged again by its trace, without another search."""

from pathlib import Path

from ...agents import Open
from ...agents.errors import BadScenario
from ...agents.replay import Memory
from .job import Job, context_of
from .questions import questions_of
from .run_directory import read_plan, read_trace


async def export(directory: Path, out: Path) -> str:
    """Write the model of a run directory as a folder that plain transformers loads; returns its name.

    Calls of `prepare` are answered from the trace, so the weights are merged and no model is asked. Raises
    `BadScenario` for a run whose protocol makes no model, or a folder that is there already, `Divergence`
    where the trace does not fit.
    """
    planned = read_plan(directory)
    check_new(out)
    if planned.part.protocol.needs is not Open or "answer" in planned.part.protocol.verbs:
        raise BadScenario(
            f"{directory}: {planned.scenario.protocol.use} makes no model to export. Weight-level protocols do."
        )
    memory = Memory(read_trace(directory, planned), "replay")
    built = await Job(planned, questions_of(planned), context_of(planned, memory=memory)).built()
    ((name, model),) = built.prepared.models.items()
    model.save(out)
    return name


def check_new(out: Path) -> None:
    """Raise `BadScenario` for a folder that exists."""
    if out.exists():
        raise BadScenario(f"{out}: is there already. Export to a new folder.")
