"""api/mentor_collab: a mentor's patches."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask, Sampling, Stepper, Team
from symposia.agents.context import Context
from symposia.agents.decoding.messages import Decoded
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.protocols.api import mentor_collab
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.traces import decoded

QUESTION = Ask(text="q")


@pytest.fixture(scope="module")
def mentored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stepper]:
    folder = tmp_path_factory.mktemp("mentor")
    sure = {" It": {" is": 1.0}, " is": {" a": 1.0}, " a": {" cat": 1.0}, " cat": {"<end>": 1.0}}
    return {
        "says B": load(f"hf:{markov(folder / 'g', {**sure, START: {' It': 1.0}, '(': {'B': 0.9, 'A': 0.1}}, WORDS)}"),
        "constant": load(f"hf:{markov(folder / 'm', {START: {' mat': 1.0}, ' mat': {' mat': 1.0}}, WORDS)}"),
    }


async def test_a_judge_that_says_b_follows_the_mentor(mentored: dict[str, Any]) -> None:
    team = Team({"g": mentored["says B"], "m": mentored["constant"]}, context=Context(sampling=Sampling(max_tokens=8)))
    said = await mentor_collab.answer(team, QUESTION, consult=1.0, patch=4, orders=1)
    assert said.text == " mat" * 8
    assert decoded(team).counts == {"words": 2, "consulted": 2, "differed": 2, "followed": 2}


async def test_a_judge_that_goes_by_position_keeps_its_own_in_both_orders(mentored: dict[str, Any]) -> None:
    team = Team({"g": mentored["says B"], "m": mentored["constant"]}, context=Context(sampling=Sampling(max_tokens=8)))
    said = await mentor_collab.answer(team, QUESTION, consult=1.0, patch=4, orders=2)
    assert (said.text, said.finish) == (" It is a cat", "eos")


async def test_a_mentor_is_asked_as_often_as_it_should_be(mentored: dict[str, Any]) -> None:
    team = Team(
        {"g": mentored["constant"], "m": mentored["constant"]}, context=Context(sampling=Sampling(max_tokens=50))
    )
    places = [team.at(f"test/{number}") for number in range(40)]
    await asyncio.gather(*(mentor_collab.answer(place, QUESTION, consult=0.25) for place in places))
    written = [event.message for event in team.context.trace.events]
    counts = [message.counts for message in written if isinstance(message, Decoded)]
    words, consulted = (sum(count.get(what, 0) for count in counts) for what in ("words", "consulted"))
    assert words == 2000
    assert abs(consulted - 500) < 3 * (2000 * 0.25 * 0.75) ** 0.5


@pytest.mark.parametrize("consult", [25.0, -0.1])
async def test_consult_is_a_probability(mentored: dict[str, Any], consult: float) -> None:
    with pytest.raises(BadScenario, match=r"is not a probability\. Use 0 to 1, 0\.25 for 25 percent\."):
        await mentor_collab.answer(Team({"g": mentored["constant"]}), QUESTION, consult=consult)


async def test_a_mentor_that_ends_after_the_same_word_says_something_else(tmp_path: Path) -> None:
    own = {START: {" It": 1.0}, " It": {" is": 1.0}, " is": {"<end>": 1.0}, "(": {"B": 0.9, "A": 0.1}}
    ends = {START: {" It": 1.0}, " It": {"<end>": 1.0}}
    members = {"g": own, "m": ends}
    team = Team({name: load(f"hf:{markov(tmp_path / name, table, WORDS)}") for name, table in members.items()})
    said = await mentor_collab.answer(team, QUESTION, consult=1.0, patch=4, orders=1)
    assert (said.text, said.finish) == (" It", "eos")
    assert decoded(team).counts == {"words": 1, "consulted": 1, "differed": 1, "followed": 1}
