"""api/nearest: the member that did best on the dev questions most like a question answers it."""

from typing import Any

import numpy as np
import pytest
from symposia.agents import Ask, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.embedding import neighbours as near
from symposia.protocols.api import nearest
from symposia.tests.support.doubles import Tabled

SUMS = [f"compute the sum {number}" for number in range(6)]
SORTS = [f"sort these letters {letter}" for letter in "abcdef"]
SKILLS = Tabled(SUMS + SORTS, {"adds": [1.0] * 6 + [0.0] * 6, "sorts": [0.0] * 6 + [1.0] * 6})


async def learned(dev: Tabled, **options: Any) -> nearest.Routes:
    team = await nearest.prepare(Team({name: Scripted() for name in dev.scores}), dev, **options)
    found = team.learned_as(nearest.Routes)
    assert found is not None
    return found


@pytest.mark.parametrize(("question", "who"), [("compute the sum 77", "adds"), ("sort these letters xyz", "sorts")])
async def test_a_question_goes_to_who_did_best_on_those_like_it_and_costs_one_call(question: str, who: str) -> None:
    team = await nearest.prepare(Team({"adds": Scripted("adds"), "sorts": Scripted("sorts")}), SKILLS)
    assert (await nearest.answer(team, Ask(text=question))).text == who
    assert team.spent.calls == 1


@pytest.mark.parametrize(("count", "means"), [(1, (1, 0)), (3, (2 / 3, 1 / 3)), (5, (0.4, 0.6))])
def test_the_means_among_neighbours(count: int, means: tuple[float, float]) -> None:
    dev = np.array([[0.0, 0], [1, 0], [0, 1], [5, 5], [6, 5]])
    rows = near.nearest(-near.distances(np.array([[0.4, 0.1]]), dev), count)
    scores = np.array([[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]])
    assert (rows @ scores.T)[0] == pytest.approx(means)


ALIKE = ["aaaa"] * 3
MOSTLY = {"first": [1.0, 1.0, 0.0], "second": [0.0, 0.0, 1.0]}


@pytest.mark.parametrize(("price", "who"), [(0.0, "first"), (0.5, "second")])
async def test_a_dear_member_has_to_be_worth_its_price(price: float, who: str) -> None:
    dev = Tabled(ALIKE, MOSTLY, {"first": 1000, "second": 200})
    team = Team({"first": Scripted("first"), "second": Scripted("second")})
    team = await nearest.prepare(team, dev, neighbours=3, price=price, fallback=False)
    assert (await nearest.answer(team, Ask(text="aaaa"))).text == who


@pytest.mark.parametrize(("tokens", "who"), [({"a": 9, "b": 3}, "b"), ({"a": 3, "b": 3}, "a")])
async def test_ties_go_to_who_wrote_less_and_then_to_the_first(tokens: dict[str, int], who: str) -> None:
    dev = Tabled(["aaaa", "bbbb"], {"a": [1.0, 0.0], "b": [0.0, 1.0]}, tokens)
    team = Team({"a": Scripted("a"), "b": Scripted("b")})
    team = await nearest.prepare(team, dev, neighbours=2, fallback=False)
    assert (await nearest.answer(team, Ask(text="cccc"))).text == who


@pytest.mark.parametrize("question", ["compute the sum 3", "sort these letters q"])
async def test_all_of_dev_as_neighbours_is_the_best_single_member(question: str) -> None:
    dev = Tabled(SUMS + SORTS, {"adds": [1.0] * 5 + [0.0] * 7, "sorts": [0.0] * 6 + [1.0] * 6})
    team = await nearest.prepare(Team({"adds": Scripted(), "sorts": Scripted("best")}), dev, neighbours=12)
    assert (await nearest.answer(team, Ask(text=question))).text == "best"


async def test_neighbours_are_chosen_by_leaving_one_out() -> None:
    found = await learned(SKILLS)
    assert (found.neighbours, found.routed, found.single, found.always) == (1, 1.0, 0.5, None)


async def test_where_routing_gains_nothing_the_best_member_answers_everything() -> None:
    dev = Tabled(SUMS + SORTS, {"adds": [1.0, 0.0] * 6, "sorts": [0.0] * 12})
    team = await nearest.prepare(Team({"adds": Scripted("5"), "sorts": Scripted()}), dev)
    assert (await nearest.answer(team, Ask(text="sort these letters q"))).text == "5"
    found = await learned(dev)
    assert (found.always, found.routed, found.single) == ("adds", 0.5, 0.5)
    assert (await nearest.review(team, dev, dev))["routes.json"]["always"] == "adds"
    assert (await learned(dev, fallback=False)).always is None


async def test_clusters_of_dev_are_regions_too() -> None:
    questions = [f"compute the sum {n}" for n in range(20)] + [f"sort these letters {n}" for n in range(20)]
    dev = Tabled(questions, {"adds": [1.0] * 20 + [0.0] * 20, "sorts": [0.0] * 20 + [1.0] * 20})
    found = await learned(dev, clusters=2)
    assert (found.clusters, found.routed) == ((0,) * 20 + (1,) * 20, 1.0)
    team = await nearest.prepare(Team({"adds": Scripted(), "sorts": Scripted("abc")}), dev, clusters=2)
    assert (await nearest.answer(team, Ask(text="sort these letters c b a"))).text == "abc"


async def test_a_dev_question_that_a_call_failed_on_is_no_neighbour() -> None:
    found = await learned(Tabled(ALIKE, {"a": [1.0, None, 0.0], "b": [0.0, 1.0, 1.0]}), neighbours=2)
    assert found.utilities == {"a": (1.0, 0.0), "b": (0.0, 1.0)}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"neighbours": 13}, "api/nearest.neighbours: 13 of 12 scored dev questions. Use at most 12, or a task with"),
        ({"clusters": 2}, "api/nearest.clusters: 2 of 12 scored dev questions. Use at most 0, or a task with more"),
        ({"clusters": 1}, "api/nearest.clusters: 1 is the best member on dev. Use 2 or more, 0 for neighbours."),
        ({"clusters": 2, "neighbours": 2}, "api/nearest: neighbours and clusters. Give one of them."),
    ],
)
async def test_more_than_dev_has_room_for_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(BadScenario) as raised:
        await learned(SKILLS, **options)
    assert str(raised.value).startswith(message)


async def test_a_dev_split_of_one_question_falls_back() -> None:
    assert (await learned(Tabled(["a"], {"a": [0.0], "b": [1.0]}))).always == "b"


async def test_a_dev_split_without_a_score_is_refused() -> None:
    with pytest.raises(BadScenario, match="neighbours: 1 of 0 scored dev questions"):
        await learned(Tabled(["a"], {"a": [None], "b": [1.0]}))


async def test_routing_without_dev_is_refused() -> None:
    with pytest.raises(BadScenario) as raised:
        await nearest.answer(Team({"a": Scripted()}), Ask(text="2 + 2?"))
    assert str(raised.value) == "api/nearest: no routes. Prepare the team on dev first."


async def test_an_encoder_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BadScenario, match="no sentence encoder '/nowhere'"):
        await learned(SKILLS, encoder="/nowhere")


async def test_vectors_may_be_of_another_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_length(texts: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([[1.0, 0.0] if len(text) < 5 else [0.0, 1.0] for text in texts])

    monkeypatch.setattr(near.sentences, "encoder", lambda name: by_length)
    dev = Tabled(["abc", "abcdefgh"], {"short": [1.0, 0.0], "long": [0.0, 1.0]})
    team = Team({"short": Scripted(), "long": Scripted("6")})
    team = await nearest.prepare(team, dev, neighbours=1, encoder="by-length", fallback=False)
    assert (await nearest.answer(team, Ask(text="xyzxyz"), encoder="by-length")).text == "6"
