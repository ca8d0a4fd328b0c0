"""The score of a way to answer, on the dev questions that nothing was trained on."""

from collections.abc import Sequence
from typing import Any

from ...agents import Team
from ...agents.concurrency import gather
from ...agents.message import Answer
from ...agents.objective import Answers, Objective
from .lessons import score_of


async def held_out(team: Team[Any], dev: Objective, places: Sequence[int], answer: Answers, *, name: str) -> float:
    """The mean score of a team's answers to the dev questions at these places; `name` names them in the trace."""

    async def one(place: int) -> Answer:
        there = team.at(f"{team.question}/{name}/{place}")
        try:
            return await answer(there, dev.questions[place])
        finally:
            await there.close()

    said = await gather({place: one(place) for place in places})
    return score_of([await dev.grade(place, answer.text) for place, answer in said.items()])
