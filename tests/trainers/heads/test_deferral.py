"""The deferral head of co_llm."""

from typing import Any

import pytest
from symposia.agents import Answer, Team
from symposia.agents.decoding.messages import Decoded
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.agents.replay import Memory
from symposia.protocols.api import co_llm
from symposia.tests.support.heads import QUESTION, WORDS, Fixed, Spelt, dev, learned, mentored, team_of
from symposia.tests.support.markov import START, markov
from symposia.tests.support.said import says
from symposia.trainers.heads.deferral import Deferral, quantiles


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Right is " a d": at the start only m says so, afterwards both do, and g more surely."""
    folder = tmp_path_factory.mktemp("taught")
    own = {START: {" b": 0.9, " a": 0.1}, " a": {" d": 0.9, " x": 0.1}, " d": {"<end>": 1.0}, " b": {"<end>": 1.0}}
    other = {START: {" a": 0.8, " b": 0.2}, " a": {" d": 0.6, " x": 0.4}, " d": {"<end>": 0.7, " x": 0.3}}
    return {name: load(f"hf:{markov(folder / name, table, WORDS)}") for name, table in (("g", own), ("m", other))}


async def deferred(team: Team[Any], task: Any, **options: Any) -> Answer:
    ready = await co_llm.prepare(team, dev(task), **options)
    return await co_llm.answer(ready.at("test/0"), QUESTION)


async def test_a_deferral_head_defers_where_only_the_mentor_is_right(taught: dict[str, Any]) -> None:
    team = team_of(taught)
    assert (await deferred(team, Spelt(), fit=True)).text == " a d"
    said = team.context.trace.events[-1].message
    assert isinstance(said, Decoded)
    assert [(span.by, span.text) for span in said.spans] == [("m", " a"), ("g", " d")]


async def test_what_a_deferral_head_is_worth_is_in_the_trace(taught: dict[str, Any]) -> None:
    team = team_of(taught)
    await deferred(team, Spelt(), fit=True)
    (found,) = learned(team, Deferral)
    assert (found.texts, found.tokens) == (3, 9)
    assert found.only_other == pytest.approx(1 / 3)
    assert (found.own.accuracy, found.other.accuracy, found.both.accuracy) == (pytest.approx(2 / 3), 1.0, 1.0)
    # The logarithms of .1 .9 1 and of .8 .6 .7; at best those of .8 .9 1.
    assert (found.own.loss, found.other.loss) == pytest.approx((0.80265, 0.36355), abs=1e-4)
    assert 0.1095 < found.both.loss < 0.2
    assert (found.quantiles[0], found.quantiles[-1]) == (1.0, -1.0)


async def test_a_threshold_is_found_among_the_quantiles_of_the_head(taught: dict[str, Any]) -> None:
    team = team_of(taught)
    ready = await co_llm.prepare(team, dev(Spelt()), fit=True, search_threshold="auto")
    found = ready.learned_as(co_llm.Threshold)
    assert found is not None
    assert found.tried == learned(team, Deferral)[0].quantiles
    assert found.scores[0] == 0.0  # g alone says " b"
    assert found.value == found.tried[found.scores.index(1.0)]


async def test_without_a_head_the_thresholds_are_quantiles_of_how_unsure_the_generator_was(
    taught: dict[str, Any],
) -> None:
    ready = await co_llm.prepare(team_of(taught), dev(Spelt()), search_threshold="auto")
    found = ready.learned_as(co_llm.Threshold)
    assert found is not None
    # It says " b" with .9 and its end with 1, three times.
    assert found.tried == pytest.approx((1.0, 0.1, 0.0, -1.0), abs=1e-4)
    assert (found.head, found.value) == (None, pytest.approx(0.0, abs=1e-4))


def test_quantiles_go_from_never_to_always() -> None:
    shares = [number / 100 for number in range(100)]
    assert quantiles(shares) == (1.0, 0.99, 0.97, 0.95, 0.9, 0.8, 0.65, 0.5, 0.3, 0.1, -1.0)
    assert quantiles([0.5, 0.5]) == (1.0, 0.5, -1.0)


async def test_a_deferral_head_needs_a_right_answer(taught: dict[str, Any]) -> None:
    with says(
        BadScenario,
        "deferral: neither m nor g answers any of 3 dev questions rightly, so there is no text to fit a head to. "
        "Give more or easier dev questions.",
    ):
        await deferred(team_of(taught), Fixed(0.5), fit=True)


async def test_a_token_is_no_head_to_fit(taught: dict[str, Any]) -> None:
    with says(BadScenario, "api/co_llm.head: ' x' is a token. Leave it out to fit a head or to search auto."):
        await deferred(team_of(taught), Spelt(), fit=True, head=" x")


async def test_a_replay_fits_no_head(pair: dict[str, Any], taught: dict[str, Any]) -> None:
    for models, by in ((pair, mentored), (taught, deferred)):
        options: dict[str, Any] = {"judge": "head"} if by is mentored else {"fit": True, "search_threshold": "auto"}
        team = team_of(models)
        said = await by(team, Spelt(), **options)
        memory = Memory(team.context.trace.events, "replay")
        absent = {"g": object(), "m": object()}
        assert await by(team_of(absent, memory), Spelt(), **options) == said
        memory.check_used()
