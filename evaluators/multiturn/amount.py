"""How much a conversation has the user read: tokens or words, in the scopes and units of CollabLLM's two code bases.

original    the assistant's tokens (cl100k_base) of the whole conversation, in thousands
verl        the words of both, from the response on
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, Literal, TypeAlias

from pydantic import Field

from ...agents.errors import BadData, UnknownName
from ...agents.frozen import Frozen
from ...agents.turn import Role, Turn

Count: TypeAlias = Callable[[str], int]

SPOKEN: Final[tuple[Role, ...]] = ("user", "assistant")
"""The roles whose turns are a conversation; what the system says is none of it."""

UNITS: Final = ("words", "cl100k_base")
"""What texts are counted in, besides the tokens of a local model by its URL."""


def words(text: str) -> int:
    """The number of words of a text, as whitespace separates them.

    >>> words("It is  4.")
    3
    """
    return len(text.split())


@cache
def counter(unit: str) -> Count:
    """The function that counts a text in `words`, in `cl100k_base` as packaged with LiteLLM, or in a model's tokens.

    Raises `BadModel`, `UnknownName` and the like for a URL, `MissingCapability` for a model that shows no tokens.
    """
    if unit == "words":
        return words
    if unit == "cl100k_base":
        from ...agents.models.api.library import library

        encoding = library().encoding
        return lambda text: len(encoding.encode(text, disallowed_special=()))
    if ":" not in unit:
        raise UnknownName("unit", unit, UNITS, where="amount.count")
    return tokens_of(unit)


def tokens_of(url: str) -> Count:
    """The count of a text in the tokens of a model. Raises `BadData` for a model that shows none."""
    from ...agents.loading import load
    from ...agents.models.base import Stepper

    model = load(url)
    if not isinstance(model, Stepper):
        raise BadData(f"count: {url} shows no tokens. Count words, cl100k_base, or the tokens of a local model.")
    return lambda text: len(model.encode(text, begins=True))


class Amount(Frozen):
    """A measure of how much was said, in a unit: `per` is what one unit holds, `cap` the most that counts.

    >>> Amount(scope="future", count="words", per=1).of((Turn("user", "hi"), Turn("assistant", "so so")), 1)
    2.0
    """

    scope: Literal["session", "future"] = Field(
        default="session", description="From the first turn, or from the response on."
    )
    roles: Literal["assistant", "both"] = Field(default="assistant", description="Whose turns count.")
    count: str = Field(default="cl100k_base", description="words, cl100k_base, or a model's URL for its tokens.")
    per: int = Field(default=1000, ge=1, description="The number that counts as one.")
    cap: float | None = Field(default=None, gt=0, description="The most that it can be; no bound if null.")

    def of(self, turns: Sequence[Turn], response: int) -> float:
        """The amount of a conversation whose rewarded response is the turn at this place. Raises `BadData`."""
        start = 0
        if self.scope == "future":
            check_response(turns, response)
            start = response
        roles: Sequence[Role] = SPOKEN if self.roles == "both" else ("assistant",)
        found = amount(turns, counter(self.count), roles=roles, start=start) / self.per
        return found if self.cap is None else min(found, self.cap)


def amount(turns: Sequence[Turn], count: Count, *, roles: Sequence[Role] = SPOKEN, start: int = 0) -> int:
    """The count of the turns of these roles, from the turn at `start` on."""
    return sum(count(turn.text) for turn in turns[start:] if turn.role in roles)


def check_response(turns: Sequence[Turn], response: int) -> None:
    """Raise `BadData` for a place that is no turn of the assistant."""
    if not 0 <= response < len(turns) or turns[response].role != "assistant":
        raise BadData(f"words from {response}: no turn of the assistant is there. Name the response that is rewarded.")


ORIGINAL: Final = Amount()
"""Thousands of the assistant's tokens in the whole conversation, as the original package counts them."""

VERL: Final = Amount(scope="future", roles="both", count="words", per=1)
"""The words of both from the response on, as verl's recipe counts them."""
