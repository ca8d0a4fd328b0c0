"""The judge of mentor_collab."""

from typing import Any

import pytest
from symposia.agents.errors import BadScenario
from symposia.protocols.api import mentor_collab
from symposia.tests.support.heads import QUESTION, Fixed, Spelt, dev, learned, mentored, team_of
from symposia.tests.support.said import says
from symposia.trainers.heads.judging import Judge


@pytest.mark.parametrize(("judge", "text"), [("letters", " a c"), ("head", " a d"), ("better", " a d")])
async def test_a_head_follows_the_draft_that_leads_to_the_better_answer(
    pair: dict[str, Any], judge: str, text: str
) -> None:
    assert (await mentored(team_of(pair), Spelt(), judge)).text == text


async def test_what_a_judge_was_fitted_to_is_in_the_trace(pair: dict[str, Any]) -> None:
    team = team_of(pair)
    await mentored(team, Spelt(), "head")
    (judge,) = learned(team, Judge)
    assert (judge.places, judge.examples, judge.own, judge.accuracy, judge.without) == (6, 6, 0.5, 1.0, 0.5)
    assert judge.is_better


async def test_a_head_without_an_example_is_refused(pair: dict[str, Any]) -> None:
    with says(
        BadScenario,
        "api/mentor_collab.judge: g and m differ at 6 places of 3 dev questions, and at none of them does one draft "
        "lead to a better answer. Give more dev questions, or use judge: better, which is letters where there is no "
        "head.",
    ):
        await mentored(team_of(pair), Fixed(1.0), "head")


async def test_the_better_judge_is_the_letters_where_there_is_no_head(pair: dict[str, Any]) -> None:
    team = team_of(pair)
    assert (await mentored(team, Fixed(1.0), "better")).text == " a c"
    assert learned(team, Judge) == [Judge(places=6)]


@pytest.mark.parametrize("wrong", [{"forks": 0}, {"width": -1}, {"orders": 3}])
async def test_numbers_that_cannot_be_are_refused_before_any_model_is_asked(
    pair: dict[str, Any], wrong: dict[str, Any]
) -> None:
    team = team_of(pair)
    with pytest.raises(BadScenario, match=r"Use (1 or more|a width of 1 or more|1 or 2)|greater than or equal to"):
        await mentor_collab.prepare(team, dev(Spelt()), judge="head", **wrong)
    assert len(team.context.trace) == 0


async def test_a_head_that_was_not_fitted_is_missed(pair: dict[str, Any]) -> None:
    with says(BadScenario, "api/mentor_collab.judge: head, and no head was fitted. Prepare the team on dev first."):
        await mentor_collab.answer(team_of(pair), QUESTION, judge="head")
    with says(BadScenario, "api/mentor_collab.judge: a head is fitted on dev, and there is none. Use judge: letters."):
        await mentor_collab.prepare(team_of(pair), None, judge="head")
