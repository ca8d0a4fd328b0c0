"""A mentor, a generator and a dev split on which heads are fitted."""

from typing import Any

from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.context import Context
from symposia.agents.replay import Memory
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item, Items
from symposia.protocols.api import mentor_collab

QUESTION = Ask(text="q")
WORDS = (" a", " b", " c", " d", " x")


class Spelt:
    """A task: half a point for an " a" in the answer, half for a " d"."""

    FORM = ""
    load = None

    def read(self, item: Item, text: str) -> str | None:
        return text

    def grade(self, item: Item, text: str) -> float:
        return (" a" in text) / 2 + (" d" in text) / 2


class Fixed(Spelt):
    """A task whose answers are all as good: or bad."""

    def __init__(self, score: float) -> None:
        self.score = score

    def grade(self, item: Item, text: str) -> float:
        return self.score


def dev(task: Any) -> Dev:
    return Dev(Evaluator(task), Items([Item(question=text, form="", gold=None) for text in ("one", "two", "three")]))


def learned(team: Team[Any], kind: type[Any]) -> list[Any]:
    return [event.message for event in team.context.trace.events if isinstance(event.message, kind)]


def team_of(pair: dict[str, Any], memory: Memory | None = None) -> Team[Any]:
    return Team(pair, context=Context(sampling=Sampling(max_tokens=8), memory=memory), question="prepare")


async def mentored(team: Team[Any], task: Any, judge: Any) -> Answer:
    options: dict[str, Any] = {"patch": 1, "judge": judge}
    ready = await mentor_collab.prepare(team, dev(task), **options)
    return await mentor_collab.answer(ready.at("test/0"), QUESTION, consult=1.0, **options)
