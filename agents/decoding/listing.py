"""Models that show their likeliest tokens alone, and how they are asked for more at positions that matter."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from torch import Tensor

from ..errors import SymposiaError
from .participant import Participant


@runtime_checkable
class Listing(Protocol):
    """A stepper that may show its likeliest tokens alone. A place is a session and the number of tokens before it."""

    @property
    def top(self) -> int | None:
        """The number of tokens that it shows; None for all."""
        ...

    def bounds(self, session: Any, length: int) -> tuple[Tensor, Tensor]:  # noqa: ANN401 - a session of its own
        """Lower and upper bounds of the log-probabilities at a place: (vocabulary,) each, equal where listed."""
        ...

    def listed(self, session: Any, length: int) -> Sequence[int]:  # noqa: ANN401 - a session of its own
        """The tokens of its vocabulary that it listed at a place."""
        ...

    def shown(self, top: int) -> int | None:
        """The number of likeliest tokens that it shows where so many are asked for; None for all."""
        ...

    async def list_tokens(self, places: Sequence[tuple[Any, int]], wanted: Sequence[Sequence[int]]) -> list[Tensor]:
        """List these tokens besides, at each place; returns the logits rebuilt with them."""
        ...

    async def list_likeliest(self, places: Sequence[tuple[Any, int]], top: int) -> list[Tensor]:
        """List so many likeliest tokens at each place; returns the logits rebuilt with them."""
        ...


@dataclass(frozen=True)
class Question:
    """A second question to a peer at a place: to list the `wanted` tokens, or with `top` so many likeliest ones.

    `row` are its logits there, which the answer improves in place.

    >>> Question(None, 3, None, wanted=(7, 9)).wanted
    (7, 9)
    """

    participant: Participant
    length: int
    row: Tensor
    wanted: Sequence[int] = ()
    top: int | None = None


def listing(participant: Participant) -> Listing | None:
    """A participant's model, if it shows its likeliest tokens alone."""
    model = participant.model
    return model if isinstance(model, Listing) and model.top is not None else None


async def ask_again(questions: Sequence[Question]) -> None:
    """Ask all questions, one request a host and number of likeliest tokens.

    A host that fails leaves its rows as they are: it fails again, and says so, where it has to answer.
    """
    groups: dict[tuple[int, int | None], list[Question]] = {}
    for question in questions:
        groups.setdefault((question.participant.host, question.top), []).append(question)
    await asyncio.gather(*(_ask(group, top) for (_, top), group in groups.items()))


async def _ask(questions: Sequence[Question], top: int | None) -> None:
    model = listing(questions[0].participant)
    if model is None:
        return
    places = [(question.participant.session, question.length) for question in questions]
    try:
        if top is None:
            rows = await model.list_tokens(places, [question.wanted for question in questions])
        else:
            rows = await model.list_likeliest(places, top)
    except SymposiaError:
        return
    for question, row in zip(questions, rows, strict=True):
        question.row.copy_(row)
