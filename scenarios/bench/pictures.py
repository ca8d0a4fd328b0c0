"""The plots of a bench, a file each for every task, beside its report."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..reporting.plots.canvas import saved, styled
from ..reporting.plots.cost import CostPoint, cost
from ..reporting.plots.emergence import EmergenceBar, emergence
from ..reporting.plots.flips import FlipRow, flips
from ..reporting.plots.reliability import Reliability, reliability
from ..reporting.plots.scaling import Curve, Diverse, scaling
from .report import BenchReport
from .setting import Setting

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLOTS: Final = "plots"


def draw(found: BenchReport, read: Sequence[Setting], out: Path, threshold: float) -> list[Path]:
    """Draw all plots of a bench, as PNG and as SVG; the paths of the files."""
    paths = []
    with styled():
        for task in dict.fromkeys(one.task for one in read):
            here = [one for one in read if one.task == task]
            for name, drawn in figures(found, here, task, threshold):
                paths += saved(drawn, out / PLOTS, f"{name}_{task}")
    return paths


def figures(found: BenchReport, read: Sequence[Setting], task: str, threshold: float) -> Iterator[tuple[str, "Figure"]]:
    """The plots of a task by name."""
    yield "cost", cost(cost_points(found, task), f"{task}: score against tokens")
    yield "flips", flips(flip_rows(read, threshold), f"{task}: against the best single model")
    yield "emergence", emergence(emergence_bars(found, task), f"{task}: solved by the team and by no member")
    yield "scaling", scaling(curves(found, task), subsets(found, task), task)
    yield "reliability", reliability(methods(found, task), f"{task}: agreement as a confidence")


def cost_points(found: BenchReport, task: str) -> list[CostPoint]:
    """The systems of a task that have a score."""
    return [
        CostPoint(row.system, row.kind, row.tokens, row.score.value, row.score.low, row.score.high, row.on_front)
        for row in found.front
        if row.task == task and row.score.value is not None
    ]


def flip_rows(read: Sequence[Setting], threshold: float) -> list[FlipRow]:
    """The protocols of all teams on a task, as far as they are of the same questions as the first."""
    found: list[FlipRow] = []
    asked: list[str] = []
    for setting in read:
        for protocol, results in setting.protocols.items():
            pairs, ids = [], []
            for one in results:
                for other, ours in zip(one.singles.get(one.best or "", ()), one.samples, strict=False):
                    before, after = setting.share(other), setting.share(ours)
                    pairs.append((right(before, threshold), right(after, threshold)))
                    ids.append(ours.id)
            asked = asked or ids
            if ids and ids == asked:
                found.append(FlipRow(setting.system(protocol), pairs))
    return found


def right(share: float | None, threshold: float) -> bool | None:
    """If a score is right; None without one."""
    return None if share is None else share >= threshold


def emergence_bars(found: BenchReport, task: str) -> list[EmergenceBar]:
    """The protocols of all teams for which there is a question that no member solves."""
    return [
        EmergenceBar(
            f"{row.protocol} ({row.team})" if row.team else row.protocol,
            row.of_failed.value,
            row.of_failed.low,
            row.of_failed.high,
            row.null_vote,
            row.null_any,
            row.failed,
            row.emergent,
        )
        for row in found.emergence
        if row.task == task and row.of_failed.value is not None
    ]


def curves(found: BenchReport, task: str) -> list[Curve]:
    """The scaling of each system."""
    points: dict[str, dict[int, float]] = {}
    for row in found.scaling:
        if row.task == task:
            points.setdefault(row.system, {}).setdefault(row.members, row.score)
    return [Curve(system, list(of.items())) for system, of in points.items()]


def subsets(found: BenchReport, task: str) -> list[Diverse]:
    """The subsets of members on a task."""
    return [
        Diverse(len(row.members), row.diversity, row.vote - row.mean, row.oracle - row.mean)
        for row in found.diversity
        if row.task == task
    ]


def methods(found: BenchReport, task: str) -> list[Reliability]:
    """The confidence methods on a task, the agreement of members first."""
    rows = sorted((row for row in found.confidence if row.task == task), key=lambda row: row.method)
    return [
        Reliability(
            f"{row.method}: {row.of}", [(one.confidence, one.accuracy, one.answers) for one in row.bins], row.ece
        )
        for row in rows
    ]
