"""The history of a swarm's search, and its files in the format of the repository of Model Swarms (Feng et al. 2024)."""

from collections.abc import Sequence
from typing import Any

from ...agents import Message
from . import Vector
from .swarm import Array, Swarm
from .swarm_report import Stage


class Scratchpad(Message, tag="model_swarms.scratchpad/1"):
    """The result of `prepare`: the history of the search.

    `coefficients` are those of the best model over the `experts`; `g` is the global best utility after each round,
    `g_worst` the worst of all, `particles` the utilities of each particle after each round. In the rounds in `stopped`
    they are upper bounds, known to change no decision. `starts` and `bests` are the first and best positions.

    >>> whole = dict(experts=("a", "b"), coefficients=(0.2, 0.8), g=(0.5, 0.7), g_worst=0.1, stopped=((), ()))
    >>> found = Scratchpad(particles=((0.5, 0.6), (0.1, 0.7)), starts=((1, 0), (0, 1)), bests=((1, 0), (0, 1)), **whole)
    >>> starting(found), ending(found)
    ([0.5, 0.1], [0.6, 0.7])
    """

    experts: tuple[str, ...]
    coefficients: Vector
    g: tuple[float, ...]
    g_worst: float
    particles: tuple[tuple[float, ...], ...]
    stopped: tuple[tuple[int, ...], ...]
    starts: tuple[Vector, ...]
    bests: tuple[Vector, ...]


def scratchpad(names: Sequence[str], best: Vector, start: Array, swarm: Swarm) -> Scratchpad:
    """The history of a finished search."""
    return Scratchpad(
        experts=tuple(names),
        coefficients=best,
        g=tuple(swarm.best_scores),
        g_worst=swarm.worst_score,
        particles=tuple(tuple(particle.scores) for particle in swarm.particles),
        stopped=tuple(tuple(particle.stopped) for particle in swarm.particles),
        starts=tuple(tuple(row) for row in start.tolist()),
        bests=tuple(tuple(particle.best.tolist()) for particle in swarm.particles),
    )


def starting(learned: Scratchpad) -> list[float]:
    """The first utility of each particle."""
    return [scores[0] for scores in learned.particles]


def ending(learned: Scratchpad) -> list[float]:
    """The best utility of each particle."""
    return [max(scores) for scores in learned.particles]


def stages(learned: Scratchpad) -> tuple[Stage, Stage]:
    """The particles at their start, and at their best."""
    return (
        Stage("starting", learned.starts, starting(learned)),
        Stage("ending", learned.bests, ending(learned)),
    )


def of_the_search(learned: Scratchpad) -> dict[str, Any]:
    """The metrics of the search alone."""
    rises = [number for number in range(1, len(learned.g)) if learned.g[number] > learned.g[number - 1]]
    before, after = starting(learned), ending(learned)
    return {
        "starting_best_validation_utility": max(before),
        "starting_best_particle_on_validation": before.index(max(before)),
        "ending_best_validation_utility": max(after),
        "ending_best_particle_on_validation": after.index(max(after)),
        "g_history_improve_count": len(rises),
        "g_history_last_change_index": rises[-1] if rises else 0,
    }


def as_the_original(learned: Scratchpad) -> dict[str, Any]:
    """The scratchpad in the original's format; `stopped` are the rounds of a history that are upper bounds."""
    pad: dict[str, Any] = {"g": learned.g[-1], "g_worst": learned.g_worst, "g_history": learned.g}
    for number, (scores, stopped) in enumerate(zip(learned.particles, learned.stopped, strict=True)):
        pad[f"particle_{number}_now"] = scores[-1]
        pad[f"particle_{number}_best"] = max(scores)
        pad[f"particle_{number}_history"] = scores
        if stopped:
            pad[f"particle_{number}_stopped"] = stopped
    return pad
