"""The cells of a bench that sample single members, for emergence and its null control: ordinary runs, traced as all."""

from pathlib import Path
from typing import Final

from ...evaluators.equal_tokens import TEMPERATURE
from ..planning.plan import plan
from ..planning.schema import Member, SamplingChanges, Scenario, Use
from .cells import Cell, cells, scenario_of, wanted
from .schema import Bench

MARK: Final = "samples@"
"""Begins what stands in the place of a protocol's name; no protocol's name holds an @."""


def sampling_cells(bench: Bench, *, where: str, folder: Path) -> list[Cell]:
    """A cell for each member of each team, task and seed that has a cell; none unless `emergence` is asked for.

    >>> said = {"protocols": {"vote": {"use": "text/majority_vote"}}, "tasks": {"sums": {"use": "pocket"}}}
    >>> small = Bench(**said, teams={"one": ({"name": "a", "model": "pocket:base"},)}, emergence={"samples": 3})
    >>> found = sampling_cells(small, where="small.yaml", folder=Path())
    >>> [(cell.name, cell.plan.scenario.task.rollouts) for cell in found]
    [('sums/one/samples@a/0', 6)]
    """
    if bench.emergence is None:
        return []
    places: dict[tuple[str, str, int], str] = {}
    for protocol, task, team, seed in wanted(bench):
        places.setdefault((task, team, seed), protocol)
    found = []
    for (task, team, seed), protocol in places.items():
        one = scenario_of(bench, protocol, task, team, seed, folder=folder)
        for member in bench.teams[team]:
            planned = plan(sampled(one, member, 2 * bench.emergence.samples), where=where, folder=folder)
            found.append(Cell(MARK + member.name, task, team, seed, planned, member=member.name))
    return found


def sampled(scenario: Scenario, member: Member, times: int) -> Scenario:
    """The scenario in which a member alone answers every question so many times, at the sampling temperature."""
    changes = member.sampling.changes() if member.sampling is not None else {}
    changes.pop("temperature", None)
    own = member.model_copy(update={"sampling": SamplingChanges(**changes) if changes else None})
    return scenario.model_copy(
        update={
            "protocol": Use(use="text/majority_vote"),
            "team": (own,),
            "topology": None,
            "task": scenario.task.model_copy(update={"rollouts": times}),
            "sampling": scenario.sampling.model_copy(update={"temperature": TEMPERATURE}),
            "baselines": False,
        }
    )


def all_cells(bench: Bench, *, where: str, folder: Path) -> list[Cell]:
    """The cells of protocols, and after them those that sample members. Raises the errors of `cells`."""
    return [*cells(bench, where=where, folder=folder), *sampling_cells(bench, where=where, folder=folder)]
