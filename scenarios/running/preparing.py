"""Prepares the team of a plan and keeps it in a directory, where it outlives the run."""

from pathlib import Path

from ...agents.durable import replace
from ...agents.errors import BadScenario
from ...agents.loading import load_any as load_model
from ...evaluators.evaluator import Progress, unwatched
from ..planning.plan import Plan
from ..planning.prepared import FILE, Kept, read_prepared
from .begun import as_begun
from .borrowed import borrowing
from .build import Load
from .faults import injected
from .job import Job, context_of
from .lock import locked
from .questions import check_apart, questions_of
from .restoring import Keep
from .run import remembered


async def prepare_team(plan: Plan, directory: Path, *, load: Load = load_model, progress: Progress = unwatched) -> Kept:
    """Prepare a team on dev into a directory, with a trace of its calls; goes on where it was stopped.

    A directory that holds it already is left as it is. Raises `BadScenario` for one that holds something else, for a
    scenario that is prepared already, and for models that cannot be saved.
    """
    if plan.scenario.prepared is not None:
        raise BadScenario(f"{plan.where}: is prepared by {plan.scenario.prepared}. Leave prepared out to prepare it.")
    questions, asked = questions_of(plan), plan
    with locked(directory):
        plan = as_begun(plan, directory)
        check_apart(plan, questions)
        memory, trace = remembered(plan, directory, questions)
        if (directory / FILE).is_file():
            trace.close()
            return read_prepared(directory, where=plan.where)
        keep = Keep(directory, plan.folder)
        async with borrowing(asked, load) as loading:
            job = Job(plan, questions, injected(context_of(plan, trace, memory), plan), loading, progress)
            try:
                await job.built(keep)
            finally:
                trace.close()
                await job.context.host.stop()
        replace(directory / FILE, (keep.kept.model_dump_json(indent=2, exclude_defaults=True) + "\n").encode())
    return keep.kept
