"""Conversations as they are built: at each turn the candidates, their futures and rewards, and which one was said."""

from typing import Any, Literal

from pydantic import Field

from ...agents import Answer, Turn
from ...agents.frozen import Frozen


class Response(Frozen):
    """A candidate: the answer with its tokens, its score, the mean reward over futures, and what each future scored.

    `sessions` are whole conversations, the message that ends them included; `rewards` are their scores by metric, and
    under `MR` their rewards, None for one that could not be taken.

    >>> Response(answer=Answer(text="4"), score=0.5, sessions=(), rewards={"MR": (0.5,)}).answer.text
    '4'
    """

    answer: Answer
    score: float | None
    sessions: tuple[tuple[Turn, ...], ...]
    rewards: dict[str, tuple[float | None, ...]]


class Step(Frozen):
    """A turn of the assistant: the conversation before it, its candidates, and the one that was said; None for none.

    >>> Step(prompt=(Turn("user", "hi"),), responses=(), said=None).said is None
    True
    """

    prompt: tuple[Turn, ...]
    responses: tuple[Response, ...]
    said: int | None


class Dialogue(Frozen):
    """A built conversation with the goal of its user, the reference, and why it stopped.

    `ended` by the user, by the `limit` of messages, since no candidate could be scored (`unscored`), or `failed`.

    >>> Dialogue(id="7", number=0, goal="sort c a", reference="a c", steps=(), stop="ended").steps
    ()
    """

    id: str
    number: int
    goal: str
    reference: str
    metadata: dict[str, Any] = Field(default_factory=dict)
    steps: tuple[Step, ...]
    stop: Literal["ended", "limit", "unscored", "failed"]
    why: str | None = None
