"""Asks for the choices of one request: through the gate, with one trace, counted."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, Final

from ...agents.concurrency import gather
from ...agents.turn import Turn
from .call import Call
from .errors import Refused
from .fields import Drawn
from .offered import Asked, Offered, Run, Said
from .service import Service, watching
from .traces import note, traced

SEEDS: Final = 2**53
"""Seeds of requests that name none are drawn below this."""


def asked_by(one: Offered, given: Drawn, turns: Sequence[Turn], changes: dict[str, Any] | None = None) -> Asked:
    """A request as it is asked; one without a seed gets a random one, unless it is greedy. Raises `Refused`."""
    changed = given.changes() | (changes or {})
    if changed.get("max_tokens") == 0:
        raise Refused(400, "max_tokens: 0 is too small. Write at least 1.", param="max_tokens")
    seed: int | None = getattr(given, "seed", None)
    if seed is None:
        greedy = changed.get("temperature", one.team.context.sampling.temperature) == 0
        seed = one.usual_seed if greedy else secrets.randbelow(SEEDS)
    return Asked(tuple(turns), changed, seed)


async def answers(  # noqa: PLR0913 - who asks whom for what
    service: Service,
    call: Call,
    one: Offered,
    asked: Asked,
    choices: int,
    listen: Callable[[int, str], None] | None = None,
    part: str = "",
) -> list[Said]:
    """The answers of a request, or of a `part` of it, one a choice; if one fails, the others are cancelled.

    `listen` is called with a choice and a piece of its text where the writer streams. Raises what the team raises,
    and `Refused`.
    """
    name = f"{call.id}{part}"
    with traced(service.traces, name, watching(call, listen is not None and one.single is None)) as trace:
        note(service.traces, name, one, asked, choices)
        wanted = {
            choice: one.said(asked, choice, Run(trace), None if listen is None else told(listen, choice))
            for choice in range(choices)
        }
        found = await gather(wanted)
    for said in found.values():
        service.metrics.spent(one.name, said.usage)
    return [found[choice] for choice in range(choices)]


def told(listen: Callable[[int, str], None], choice: int) -> Callable[[str], None]:
    """A listener to one choice."""
    return lambda piece: listen(choice, piece)
