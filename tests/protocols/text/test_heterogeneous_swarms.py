"""text/heterogeneous_swarms: a swarm searches who reads whom."""

from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.protocols.text import heterogeneous_swarms as swarms
from symposia.tests.support.doubles import ByText, Gathering
from symposia.topologies import Graph
from symposia.trainers.search.graph_candidates import FoundGraph

QUESTION = Ask(text="2 + 2?", form="Give a number.")
NAMES = ("a", "b", "c", "d")
DEV = ["one?", "two?"]


def members(**seconds: float) -> dict[str, Gathering]:
    return {name: Gathering(name, seconds.get(name, 0)) for name in NAMES}


def on(arrows: str, models: dict[str, Any]) -> Team[Any]:
    """A team that found these arrows, as `ab`: a speaks to b."""
    pairs = tuple((one[0], one[1]) for one in arrows.split())
    return Team(models, Graph(models, pairs)).with_learned(FoundGraph(arrows=pairs))


@pytest.mark.parametrize(
    ("arrows", "by_last"),
    [("ab bc cd", "d"), ("bd ad cd", "d"), ("dc ca ba", "a"), ("ab ac bd cd ad", "d")],
)
async def test_each_member_is_asked_once_and_the_last_answer_knows_of_all(arrows: str, by_last: str) -> None:
    models = members()
    said = await swarms.answer(on(arrows, models), QUESTION)
    assert said.text == "<a><b><c><d>"
    assert [one.calls for one in models.values()] == [1, 1, 1, 1]
    assert [name for name, one in models.items() if "Yours is the final answer." in one.prompts[0]] == [by_last]


async def test_a_member_that_hears_nobody_reads_the_question_alone_and_others_what_they_hear_by_name() -> None:
    models = {name: Scripted(f"said {name}") for name in NAMES}
    await swarms.answer(on("ac bc cd", models), QUESTION)
    assert models["a"].prompts == models["b"].prompts == [QUESTION.render()]
    (read,) = models["c"].prompts
    assert "From a:\nsaid a\nFrom b:\nsaid b\n" in read
    assert "Others will read your answer." in read
    assert read.endswith("\nGive a number.")
    assert "From a" not in models["d"].prompts[0]


async def test_what_members_hear_is_delivered_along_the_arrows() -> None:
    team = on("ac bc cd", members())
    await swarms.answer(team, QUESTION)
    sent = {(one.sender, one.to) for one in team.context.trace.events}
    assert {pair for pair in sent if set(pair) <= set(NAMES)} == {("a", "c"), ("b", "c"), ("c", "d")}


@pytest.mark.parametrize("slow", [{"a": 0.02}, {"b": 0.02}, {"a": 0.02, "b": 0.01}])
async def test_who_is_slow_changes_no_prompt(slow: dict[str, float]) -> None:
    known, models = members(), members(**slow)
    for one in (known, models):
        await swarms.answer(on("ac bc cd", one), QUESTION)
    assert [one.prompts for one in models.values()] == [one.prompts for one in known.values()]


async def test_a_team_of_one_answers_as_it_does_alone_and_asks_dev_nothing() -> None:
    model = Scripted("4")
    team = await swarms.prepare(Team({"a": model}), ByText(DEV, lambda text: 0.0))
    assert (await swarms.answer(team, QUESTION)).text == "4"
    assert model.prompts == [QUESTION.render()]


async def found(dev: ByText, models: dict[str, Gathering] | None = None, **options: Any) -> FoundGraph:
    team = await swarms.prepare(Team(models or members()), dev, **options)
    learned = team.learned_as(FoundGraph)
    assert learned is not None
    assert team.topology == Graph(team.names, learned.arrows)
    return learned


class Voice(Gathering):
    """Answers with its own name alone."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        said = await super().write(turns, sampling)
        return said.model_copy(update={"text": self.name})


@pytest.mark.parametrize("last", NAMES)
async def test_the_search_finds_who_should_answer_last(last: str) -> None:
    dev = ByText(DEV, lambda text: float(text == last))
    learned = await found(dev, {name: Voice(name) for name in NAMES}, population=8)
    assert {end for _, end in learned.arrows} - {start for start, _ in learned.arrows} == {last}
    assert (learned.score, learned.graphs > 1) == (1.0, True)
    assert list(learned.history) == sorted(learned.history)


@pytest.mark.parametrize("slow", [{"a": 0.01}, {"c": 0.01, "d": 0.005}])
async def test_the_search_does_not_depend_on_who_is_slow(slow: dict[str, float]) -> None:
    def score(text: str) -> float:
        return sum(map(ord, text)) % 7 / 7

    assert await found(ByText(DEV, score), members(**slow)) == await found(ByText(DEV, score))


async def test_a_member_that_reads_nothing_is_asked_once_a_dev_question_in_the_whole_search() -> None:
    models = members()
    await found(ByText(DEV, lambda text: 0.5), models, population=3)
    assert sum(one.calls for one in models.values()) <= 3 * 5 * len(NAMES) * len(DEV)
    for one in models.values():
        assert sorted(prompt for prompt in one.prompts if prompt in DEV) in ([], DEV)
        assert len(one.prompts) == len(set(one.prompts))


async def test_more_readers_make_more_arrows() -> None:
    assert len((await found(ByText(DEV, lambda text: 0.5), fan_out=3)).arrows) == 6
    assert len((await found(ByText(DEV, lambda text: 0.5), decoding="moco")).arrows) == 3


async def test_the_graph_is_written_beside_the_report() -> None:
    dev = ByText(DEV, lambda text: 1.0)
    written = (await swarms.review(on("ac bc cd", members()), dev, dev))["graph.json"]
    assert written["sink"] == "d"
    assert written["drawing"] == ["a  -> c", "b  -> c", "c  -> d", "d  speaks to no one"]
    assert written["mermaid"].startswith("flowchart LR\n")
    assert await swarms.review(Team(members()), dev, dev) == {}


async def test_a_team_that_was_not_prepared_is_refused() -> None:
    with pytest.raises(BadScenario) as raised:
        await swarms.answer(Team(members()), QUESTION)
    assert str(raised.value) == "text/heterogeneous_swarms: no graph. Prepare the team on dev first."


def test_more_readers_than_others_are_refused() -> None:
    swarms.Options(fan_out=3).check(NAMES)
    swarms.Options().check(("a",))
    with pytest.raises(BadScenario) as raised:
        swarms.Options(fan_out=4).check(NAMES)
    assert str(raised.value) == "text/heterogeneous_swarms.fan_out: 4 readers among 3 others. Give at most 3."


async def test_weights_are_refused_before_dev_is_asked_where_they_cannot_be_mixed() -> None:
    models = members()
    with pytest.raises(BadScenario, match="weights: a shows no parameters"):
        await swarms.prepare(Team(models), ByText(DEV, lambda text: 0.0), weights=1)
    assert sum(one.calls for one in models.values()) == 0
    with pytest.raises(BadScenario, match="weights: a has nobody to mix with"):
        swarms.Options(weights=1).check(("a",))


async def test_weights_move_and_the_report_says_where() -> None:
    models = {name: load(f"pocket:{name}") for name in ("generalist", "strings")}
    dev = ByText(["sort b a", "compute 2 + 2"], lambda text: len(text) % 5 / 5)
    team = await swarms.prepare(Team(models), dev, population=2, weights=2, assignments=3)
    written = (await swarms.review(team, dev, dev))["graph.json"]
    assert set(written["coefficients"]) == set(team.names) == set(models)
    assert written["moved"] >= written["score"]
    assert (await swarms.answer(team, QUESTION)).text != ""
