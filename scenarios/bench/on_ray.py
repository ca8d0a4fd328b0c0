"""A bench on a Ray cluster: each cell is a task of its own, in a process of its own, on a file system that all share.

Cells share their answers by the store's file, so what one cell has asked before another is not asked again; what two
ask at the same moment, in two processes, is asked twice. Models are loaded once a worker, not once a bench.
"""

import asyncio
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ...agents.answer_store import AnswerStore
from ...agents.errors import BadScenario, SymposiaError
from ..running.lock import locked
from ..running.run import run
from .cells import Cell, read
from .running import ANSWERS, Limit, Outcome, Say, Shared, is_finished
from .sampling_cells import all_cells
from .schema import Bench

LOCAL: Final = "local"
"""The address of a cluster that is started here, for this bench alone."""


def run_on_ray(  # noqa: PLR0913 - what `run_bench` takes, and where
    bench: Bench, found: Sequence[Cell], file: Path, overrides: Sequence[str], out: Path, address: str, say: Say
) -> Outcome:
    """Run the cells that are not finished on a cluster; the same outcome as `run_bench` has.

    Raises `BadScenario` where Ray is not installed or cannot be reached.
    """
    if find_spec("ray") is None:
        raise BadScenario("bench --ray: Ray is not installed. pip install 'symposia[ray]', or leave --ray out.")
    import ray

    outcome = Outcome(finished=[cell for cell in found if is_finished(cell, out)])
    todo = {cell.name: cell for cell in found if cell not in outcome.finished}
    started = None if address == LOCAL else address
    with locked(out):
        ray.init(address=started, include_dashboard=None, log_to_driver=False, ignore_reinit_error=True)
        try:
            task = ray.remote(max_retries=1)(one_cell)
            given = str(file.resolve()), tuple(overrides), str(out.resolve())
            waiting = {task.remote(*given, name): cell for name, cell in todo.items()}
            collect(ray, waiting, outcome, AnswerStore(out / ANSWERS), Limit(bench.total), say)
        finally:
            ray.shutdown()
    return outcome


def collect(  # noqa: PLR0913 - what is waited for, and what is told of it
    ray: Any,  # noqa: ANN401 - the library
    waiting: dict[Any, Cell],
    outcome: Outcome,
    answers: AnswerStore,
    limit: Limit,
    say: Say,
) -> None:
    """Wait for all cells, or until a limit is reached; then those that are not finished are stopped."""
    while waiting and limit.reached is None:
        ended, _ = ray.wait(list(waiting), num_returns=1, timeout=1.0)
        for one in ended:
            cell, why = waiting.pop(one), ray.get(one)
            if why is None:
                outcome.finished.append(cell)
            else:
                outcome.failed[cell.name] = why
            say(f"{cell.name}: done, {len(waiting)} cells to go")
        limit(answers.spent)
    for one in waiting:
        ray.cancel(one, force=True)
    outcome.spent, outcome.stopped = answers.spent, limit.reached if waiting else None
    answers.close()


def one_cell(file: str, overrides: Sequence[str], out: str, name: str) -> str | None:
    """Run one cell of a bench file in this process; the reason why it failed, None where it did not."""
    path, folder = Path(file), Path(out)
    bench = read(path, list(overrides))
    (cell,) = (one for one in all_cells(bench, where=path.name, folder=path.parent) if one.name == name)
    answers = AnswerStore(folder / ANSWERS)
    try:
        asyncio.run(run(cell.plan, cell.directory(folder), load=Shared(answers).load, answers=answers))
    except SymposiaError as error:
        return str(error)
    finally:
        answers.close()
    return None
