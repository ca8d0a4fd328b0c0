"""text/agg_lm."""

from collections.abc import Sequence

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.errors import BadScenario, UnknownName
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.agents.objective import Answers
from symposia.protocols.text import agg_lm
from symposia.tests.support.doubles import KnownScores

QUESTION = Ask(text="2 + 2?", form="Give a number.")


class CutOff:
    """Answers at the token limit."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        return Answer(text="4 and", finish="length")


class Compared(KnownScores):
    """A dev split that knows the score of each way to answer."""

    async def score(self, team: Team, answer: Answers, *, name: str) -> float:
        return self.scores[name]


@pytest.mark.parametrize("samples", [1, 3])
async def test_it_takes_a_call_a_solver_and_sample_and_one_to_aggregate(samples: int) -> None:
    members = {name: Scripted(*"12345") for name in ("amber", "blue", "last")}
    options = {"samples": samples, "aggregator": "last"}
    team = await agg_lm.prepare(Team(members), None, **options)
    assert (await agg_lm.answer(team, QUESTION, **options)).text == "1"
    assert [len(one.prompts) for one in members.values()] == [samples, samples, 1]


async def test_a_named_aggregator_solves_if_asked_to() -> None:
    members = {"amber": Scripted("1"), "last": Scripted("2", "3")}
    await agg_lm.answer(Team(members), QUESTION, aggregator="last", solves=True)
    assert len(members["last"].prompts) == 2
    alone = {"last": Scripted("2", "3")}
    assert (await agg_lm.answer(Team(alone), QUESTION, aggregator="last", solves=True)).text == "3"


async def test_attempts_are_numbered_in_an_order_drawn_for_each_question() -> None:
    seen = set()
    for place in ("q1", "q1", *(f"q{number}" for number in range(12))):
        members = {"amber": Scripted("four"), "blue": Scripted("five"), "last": Scripted("4")}
        await agg_lm.answer(Team(members).at(place), QUESTION, aggregator="last")
        (prompt,) = members["last"].prompts
        seen.add(prompt)
        assert prompt.startswith("2 + 2?\n")
        assert prompt.endswith("Give a number.")
        assert "amber" not in prompt
        if place == "q1":
            first = prompt
            again = {"amber": Scripted("four"), "blue": Scripted("five"), "last": Scripted("4")}
            await agg_lm.answer(Team(again).at("q1"), QUESTION, aggregator="last")
            assert again["last"].prompts == [first]
    assert len(seen) == 2


async def test_attempts_that_were_cut_off_are_left_out_unless_all_were() -> None:
    last = Scripted("4", "4", "4")
    team = Team({"amber": CutOff(), "blue": Scripted(*"55"), "last": last})
    await agg_lm.answer(team, QUESTION, aggregator="last")
    await agg_lm.answer(team, QUESTION, aggregator="last", drop_unfinished=False)
    await agg_lm.answer(Team({"amber": CutOff(), "last": last}), QUESTION, aggregator="last")
    assert ["4 and" in prompt for prompt in last.prompts] == [False, True, True]


async def test_the_best_on_dev_aggregates() -> None:
    members = {"amber": Scripted("1", "2"), "blue": Scripted("3", "4")}
    team = await agg_lm.prepare(Team(members), KnownScores({"amber": 0.2, "blue": 0.9}))
    assert (await agg_lm.answer(team, QUESTION)).text == "4"


@pytest.mark.parametrize(("aggregate", "vote", "said"), [(0.5, 0.4, "9"), (0.5, 0.5, "1"), (0.5, 0.6, "1")])
async def test_a_vote_of_the_same_attempts_is_kept_unless_aggregation_is_better_on_dev(
    aggregate: float, vote: float, said: str
) -> None:
    members = {"amber": Scripted("1"), "blue": Scripted("1"), "last": Scripted("9")}
    options = {"aggregator": "last", "keep": "dev"}
    team = await agg_lm.prepare(Team(members), Compared({"aggregate": aggregate, "vote": vote}), **options)
    assert (await agg_lm.answer(team, QUESTION, **options)).text == said


async def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(BadScenario, match="Name one: aggregator"):
        await agg_lm.prepare(Team({"amber": Scripted()}), None)
    with pytest.raises(BadScenario, match="Use keep: always"):
        await agg_lm.prepare(Team({"a": Scripted(), "b": Scripted()}), None, aggregator="a", keep="dev")
    with pytest.raises(UnknownName, match="zoe"):
        agg_lm.Options(aggregator="zoe").check(("amber",))
