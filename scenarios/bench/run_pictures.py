"""The plots of a single run: those of a bench of one cell."""

from pathlib import Path

from ..running.run_directory import read_plan
from .cells import Cell
from .pictures import draw
from .report import report_of
from .results import result_in
from .schema import EmergenceUse
from .setting import Setting


def draw_run(directory: Path) -> list[Path]:
    """Draw the plots of a finished run into its directory; the paths of the files. Raises `BadScenario`."""
    plan = read_plan(directory, replayed=True)
    scenario = plan.scenario
    cell = Cell(scenario.protocol.use, Path(scenario.task.use).stem, "", scenario.seed, plan)
    read = [Setting(cell.task, cell.team, [result_in(directory, cell)], {})]
    threshold = EmergenceUse().threshold
    return draw(report_of(plan.where, [cell], [cell], {}, read, threshold), read, directory, threshold)
