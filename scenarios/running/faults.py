"""The faults of a plan, put where they act: into the runtime of its agents, and its connections to a broker."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ...agents.context import Context
from ...agents.seeds import derive
from ..planning.plan import Plan

if TYPE_CHECKING:
    from ...agents.runtime.mqtt.connection import Connection


def injected(context: Context, plan: Plan) -> Context:
    """The context of a run, with the faults of its members' calls; unchanged where there are none.

    A replay has none: what they did is in its trace.
    """
    if plan.scenario.faults is None:
        return context
    faults = plan.scenario.faults.of_calls(runtime=plan.scenario.runtime is not None)
    if not (faults.crash or faults.on_wire):
        return context
    from ...agents.runtime.faulty import FaultyRuntime

    # A run that was stopped by a crash would be stopped by it again, were others not drawn when it goes on.
    seed = derive(plan.scenario.seed, len(context.trace)) if faults.stops else plan.scenario.seed
    return replace(context, runtime=partial(FaultyRuntime, faults, seed, deadline=context.deadline))


def notes_of(plan: Plan) -> list[str]:
    """The note on what was done to a run on purpose; none where nothing was."""
    faults = plan.scenario.faults
    if faults is None:
        return []
    shown = faults.model_dump(mode="json", exclude_defaults=True)
    said = ", ".join(f"{name} {', '.join(some) if isinstance(some, list) else some}" for name, some in shown.items())
    return [f"Faults were injected: {said}."]


def connection_of(plan: Plan) -> "Callable[..., Connection]":
    """What makes the connections of a plan's runtime: faulty ones where the scenario says so."""
    from ...agents.runtime.mqtt.connection import Connection

    faults = plan.scenario.faults
    if faults is None or not faults.on_wire:
        return Connection
    from ...agents.runtime.mqtt.faulty import FaultyConnection

    return partial(FaultyConnection, faults=faults, seed=plan.scenario.seed)
