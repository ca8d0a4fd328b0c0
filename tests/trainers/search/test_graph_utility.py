"""The dev score of graphs of members."""

from collections.abc import Mapping, Sequence

import pytest
from symposia.agents import Answer, Ask, Prompt, Sampling, Team, Turn
from symposia.agents.errors import BadData, CallFailed
from symposia.agents.models.base import GREEDY
from symposia.agents.objective import Objective
from symposia.tests.support.doubles import ByText, Gathering, Seeded
from symposia.topologies import Graph
from symposia.trainers.search.graph_candidates import GraphCandidates
from symposia.trainers.search.graph_decoding import Decoding
from symposia.trainers.search.graph_utility import GraphUtility

CHAIN = Graph("abc", [("a", "b"), ("b", "c")])
FORK = Graph("abc", [("a", "b"), ("c", "b")])
TEXTS = ["one?", "two?"]


def prompt(question: Ask, heard: Mapping[str, str], last: bool) -> Prompt:
    """The question, and what is heard."""
    return Ask(text=question.text + "".join(heard.values()), form="last" if last else "")


def utility(team: Team[object], dev: object) -> GraphUtility:
    assert isinstance(dev, ByText)
    found: Objective = dev  # type: ignore[assignment]
    return GraphUtility(team, found, prompt)


def members(**seconds: float) -> dict[str, Gathering]:
    return {name: Gathering(name, seconds.get(name, 0)) for name in "abc"}


async def test_the_score_is_the_mean_of_the_last_members_answers() -> None:
    dev = ByText(TEXTS, lambda text: len(text) / 9)
    assert await utility(Team(members()), dev)([CHAIN, Graph("abc", [("a", "b")])], range(2)) == [1.0, 2 / 3]


async def test_a_member_that_is_asked_the_same_is_asked_once_in_whatever_graphs() -> None:
    models, dev = members(), ByText(TEXTS, lambda text: 1.0)
    score = utility(Team(models), dev)
    await score([CHAIN, FORK, CHAIN], range(2))
    assert {name: one.calls for name, one in models.items()} == {"a": 2, "b": 4, "c": 4}
    await score([FORK], range(2))
    assert sum(one.calls for one in models.values()) == 10
    assert len(dev.graded_texts) == len(set(dev.graded_texts)) == 2


@pytest.mark.parametrize("slow", [{"a": 0.02}, {"c": 0.02}, {"a": 0.01, "b": 0.02}])
async def test_who_is_slow_changes_neither_the_scores_nor_the_order_of_grading(slow: dict[str, float]) -> None:
    known, dev = (ByText(TEXTS, lambda text: len(text) / 9) for _ in range(2))
    scores = await utility(Team(members(**slow)), dev)([FORK, CHAIN], range(2))
    assert scores == await utility(Team(members()), known)([FORK, CHAIN], range(2))
    assert dev.graded_texts == known.graded_texts


async def test_seeds_depend_on_what_is_asked_and_not_on_the_graph_or_the_order() -> None:
    first, second = [], []
    for said, graphs in ((first, [CHAIN, FORK]), (second, [FORK, CHAIN])):
        score = utility(Team(dict.fromkeys("abc", Seeded())), ByText(TEXTS, lambda text: 1.0))
        await score(graphs, range(2))
        said += sorted(str(one) for one in score.said.items())
    assert first == second


class Fails(Gathering):
    """Fails at the second question."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        said = await super().write(turns, sampling)
        if turns[-1].text.startswith("two?"):
            raise CallFailed("a: out of ink.")
        return said


async def test_questions_that_fail_are_left_out_and_asked_once() -> None:
    models = members() | {"a": Fails("a")}
    dev = ByText(TEXTS, lambda text: 0.5)
    assert await utility(Team(models), dev)([CHAIN, FORK], range(2)) == [0.5, 0.5]
    assert (models["a"].calls, [position for position, _ in dev.graded_texts]) == (2, [0])


async def test_a_graph_without_a_score_is_refused() -> None:
    with pytest.raises(BadData, match="none of a graph's 2 answers could be scored"):
        await utility(Team(members()), ByText(TEXTS, lambda text: None))([CHAIN], range(2))


async def test_vectors_of_the_same_graph_are_scored_once() -> None:
    models, dev = members(), ByText(TEXTS, lambda text: float("a" in text))
    candidates = GraphCandidates(utility(Team(models), dev), Decoding(top_p=0))
    vectors = {(1.0, 0.0, 0.0, 1.0, 0.0, 0.0): None, (2.0, 0.0, 0.0, 2.0, 0.0, 0.0): None}
    assert await candidates(vectors) == [1.0, 1.0]
    assert len(candidates.scores) == 1


async def test_part_of_dev_is_searched_and_the_finalists_are_compared_on_all_of_it() -> None:
    dev = ByText([f"{n}?" for n in range(8)], lambda text: 0.0)
    scores = utility(Team(members()), dev)
    candidates = GraphCandidates(scores, Decoding(top_p=0), ratio=0.25)
    await candidates({(1.0, 0.0, 0.0, 1.0, 0.0, 0.0): None})
    assert {position for position, _ in dev.graded_texts} == {0, 1}
    await candidates.found(3, ())
    assert {position for position, _ in dev.graded_texts} == set(range(8))
