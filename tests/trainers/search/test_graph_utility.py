"""The dev score of a protocol on graphs of members."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.dataflow import dataflow
from symposia.agents.errors import BadData, CallFailed
from symposia.agents.models.base import GREEDY
from symposia.tests.support.doubles import ByText, Gathering, Seeded, Slow
from symposia.topologies import Graph
from symposia.trainers.search.graph_candidates import GraphCandidates
from symposia.trainers.search.graph_decoding import Decoding, sink
from symposia.trainers.search.graph_utility import GraphUtility
from symposia.trainers.search.rehearsal import AskedOnce, Rehearsal

CHAIN = Graph("abc", [("a", "b"), ("b", "c")])
FORK = Graph("abc", [("a", "b"), ("c", "b")])
TEXTS = ["one?", "two?"]


async def answer(team: Team[Any], question: Ask) -> Answer:
    """The sink's answer; each node is asked the question, and what it hears."""

    async def node(name: str, heard: Mapping[str, Answer]) -> Answer:
        for speaker, said in heard.items():
            await team.tell(speaker, name, said)
        return await team.ask(name, Ask(text=question.text + "".join(said.text for said in heard.values())))

    return (await dataflow(team.topology, team, node))[sink(team.names, team.topology)]


def utility(models: Mapping[str, Any], dev: Any) -> GraphUtility:
    return GraphUtility(Team(models), dev, answer)


def members(**seconds: float) -> dict[str, Gathering]:
    return {name: Gathering(name, seconds.get(name, 0)) for name in "abc"}


async def test_the_score_is_the_mean_of_the_last_members_answers() -> None:
    dev = ByText(TEXTS, lambda text: len(text) / 9)
    assert await utility(members(), dev)([CHAIN, Graph("abc", [("a", "c"), ("a", "b")])]) == [1.0, 2 / 3]


async def test_a_member_that_is_asked_the_same_is_asked_once_in_whatever_graphs() -> None:
    models, dev = members(), ByText(TEXTS, lambda text: 1.0)
    score = utility(models, dev)
    await score([CHAIN, FORK, CHAIN])
    assert {name: one.calls for name, one in models.items()} == {"a": 2, "b": 4, "c": 4}
    await score([FORK])
    assert sum(one.calls for one in models.values()) == 10


@pytest.mark.parametrize("slow", [{"a": 0.02}, {"c": 0.02}, {"a": 0.01, "b": 0.02}])
async def test_who_is_slow_changes_no_score(slow: dict[str, float]) -> None:
    dev = ByText(TEXTS, lambda text: len(text) / 9)
    assert await utility(members(**slow), dev)([FORK, CHAIN]) == await utility(members(), dev)([FORK, CHAIN])


async def test_all_questions_of_all_graphs_are_under_way_together() -> None:
    models = {name: Slow(name, 0.05) for name in "abc"}
    alone = Graph("abc", [("a", "c"), ("b", "c")])
    await utility(models, ByText([f"{n}?" for n in range(20)], lambda text: 1.0))([CHAIN, FORK, alone])
    assert models["a"].most == 20
    assert models["b"].most >= 20


async def test_seeds_depend_on_what_is_asked_and_not_on_the_graph_or_the_order() -> None:
    found = []
    for graphs in ([CHAIN, FORK], [FORK, CHAIN]):
        dev = ByText(TEXTS, lambda text: 1.0)
        await utility(dict.fromkeys("abc", Seeded()), dev)(graphs)
        found.append(sorted(dev.graded_texts))
    assert found[0] == found[1]


class Fails(Gathering):
    """Fails at the second question."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        said = await super().write(turns, sampling)
        if turns[-1].text.startswith("two?"):
            raise CallFailed("a: out of ink.")
        return said


async def test_questions_that_fail_are_left_out_and_asked_once() -> None:
    models = members(b=0.01, c=0.01) | {"a": Fails("a")}
    dev = ByText(TEXTS, lambda text: 0.5)
    assert await utility(models, dev)([CHAIN, FORK]) == [0.5, 0.5]
    assert (models["a"].calls, {position for position, _ in dev.graded_texts}) == (2, {0})


async def test_a_call_goes_on_where_another_one_of_its_question_failed() -> None:
    models = {"a": Fails("a"), "b": Gathering("b", 0.02)}
    team, question = Team(models), Ask(text="two?")
    asked = AskedOnce(team)
    with pytest.raises(CallFailed):
        await Rehearsal(team, Graph("ab", []), asked, question).ask_all(question)
    await asked.settled()
    assert (await asked.ask(question, "b", question)).text == "<b>"
    assert models["b"].calls == 1


async def test_the_same_prompt_at_another_question_is_another_call() -> None:
    model = Gathering("a")
    asked = AskedOnce(Team({"a": model}))
    for question in ("one?", "two?", "one?"):
        await asked.ask(Ask(text=question), "a", Ask(text="Say something."))
    assert model.calls == 2


async def test_a_search_that_is_cancelled_cancels_its_calls() -> None:
    models = {name: Slow(name) for name in "abc"}
    search = asyncio.create_task(utility(models, ByText(TEXTS, lambda text: 1.0))([FORK]))
    await asyncio.sleep(0.05)
    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(search, 5)
    assert (models["a"].stopped, models["c"].stopped) == (True, True)


async def test_another_sampling_is_another_call() -> None:
    model = Gathering("a")
    asked = AskedOnce(Team({"a": model}))
    for temperature in (0.5, 0.5, 0.7):
        await asked.ask(Ask(text="?"), "a", Ask(text="?"), temperature=temperature)
    assert model.calls == 2


async def test_a_graph_without_a_score_is_refused() -> None:
    with pytest.raises(BadData, match="none of a graph's 2 answers could be scored"):
        await utility(members(), ByText(TEXTS, lambda text: None))([CHAIN])


async def test_vectors_of_the_same_graph_are_scored_once() -> None:
    dev = ByText(TEXTS, lambda text: float("a" in text))
    candidates = GraphCandidates(utility(members(), dev), Decoding(top_p=0))
    vectors = {(1.0, 0.0, 0.0, 1.0, 0.0, 0.0): None, (2.0, 0.0, 0.0, 2.0, 0.0, 0.0): None}
    assert await candidates(vectors) == [1.0, 1.0]
    assert len(candidates.scores) == 1
    assert len(dev.graded_texts) == 2


async def test_part_of_dev_is_searched_and_the_finalists_are_compared_on_all_of_it() -> None:
    models = members()
    candidates = GraphCandidates(
        utility(models, ByText([f"{n}?" for n in range(8)], lambda text: 0.0)), Decoding(top_p=0), ratio=0.25
    )
    await candidates({(1.0, 0.0, 0.0, 1.0, 0.0, 0.0): None})
    assert [one.calls for one in models.values()] == [2, 2, 2]
    found = await candidates.found(3, ())
    assert [one.calls for one in models.values()] == [8, 8, 8]
    assert (found.score, found.runner_up, found.graphs) == (0.0, None, 1)
