"""The result of the `prepare` of api/cascade."""

from ....agents import Message


class Thresholds(Message):
    """The confidence that each level but the last needs, in the team's order, and the share of dev that reaches each.

    >>> import asyncio
    >>> from symposia.agents import Ask, Team
    >>> from symposia.agents.models.scripted import Scripted
    >>> from symposia.protocols.api.cascade import answer
    >>> team = Team({"small": Scripted("5", "60"), "large": Scripted("4")}).with_learned(Thresholds(values=(0.7,)))
    >>> asyncio.run(answer(team, Ask(text="2 + 2?"), confidence="stated")).text
    '4'
    """

    values: tuple[float, ...]
    reached: tuple[float, ...] = ()
