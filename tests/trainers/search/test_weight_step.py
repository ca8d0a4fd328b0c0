"""The step over weights: models move to fit a graph together."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.dataflow import dataflow
from symposia.agents.errors import BadScenario
from symposia.agents.loading import load
from symposia.agents.models.scripted import Scripted
from symposia.tests.support.doubles import ByText, Gathering
from symposia.topologies import Graph, chain
from symposia.trainers.search.graph_decoding import sink
from symposia.trainers.search.motion import Motion
from symposia.trainers.search.weight_step import WeightStep, credit, mixable

CHAIN = chain("a", "b", "c")


async def answer(team: Team[Any], question: Ask) -> Answer:
    """The last answer; each node reads those before it."""

    async def node(name: str, heard: Mapping[str, Answer]) -> Answer:
        return await team.ask(name, Ask(text=question.text + "".join(said.text for said in heard.values())))

    return (await dataflow(team.topology, team, node))[sink(team.names, team.topology)]


@pytest.mark.parametrize(
    ("drawn", "scores", "utilities"),
    [
        ([(0, 1)], [0.4], {0: 0.4, 1: 0.4}),
        ([(0, 1), (0, 0)], [0.4, 1.0], {0: 0.8, 1: 0.4}),
        ([(0, 1, 2), (2, 2, 2), (0, 0, 1)], [0.3, 0.9, 0.6], {0: 0.5, 1: 0.45, 2: 0.75}),
    ],
)
def test_a_model_is_worth_the_mean_of_its_assignments_by_its_places_in_them(
    drawn: Sequence[Sequence[int]], scores: Sequence[float], utilities: dict[int, float]
) -> None:
    assert credit(drawn, scores) == pytest.approx(utilities)


def test_every_model_is_in_an_assignment_of_each_round_and_the_first_is_the_team_itself() -> None:
    step = WeightStep(Motion(iterations=1), assignments=6)
    for number in range(5):
        drawn = step.drawn("abc", number, seed=1)
        assert drawn[0] == (0, 1, 2)
        assert len(drawn) == 6
    assert step.drawn("abc", 0, seed=1) != step.drawn("abc", 1, seed=1)


async def test_the_best_assignment_gets_its_models_and_their_coefficients() -> None:
    models = {name: Gathering(name) for name in "abc"}
    dev = ByText(["one?", "two?"], lambda text: 1.0 - 0.4 * ("<a>" in text))
    step = WeightStep(Motion(iterations=1), assignments=30)
    found = await step.best(Team(models), CHAIN, dev, answer)  # type: ignore[arg-type]
    assert found.score == 1.0
    assert "a" not in {one.name for one in found.models.values()}
    assert {vector[0] for vector in found.coefficients.values()} == {0.0}


async def test_the_team_as_it_is_stays_where_nothing_is_better() -> None:
    models = {name: Gathering(name) for name in "abc"}
    dev = ByText(["one?"], lambda text: float(text == "<a><b><c>"))
    found = await WeightStep(Motion(iterations=1), 5).best(Team(models), CHAIN, dev, answer)  # type: ignore[arg-type]
    assert dict(found.models) == models
    assert found.coefficients == {"a": (1, 0, 0), "b": (0, 1, 0), "c": (0, 0, 1)}


async def test_models_move_and_the_same_step_moves_them_to_the_same_place() -> None:
    models = {name: load(f"pocket:{name}") for name in ("generalist", "strings")}
    graph = Graph(models, [("strings", "generalist")])

    async def once() -> tuple[dict[str, tuple[float, ...]], float]:
        dev = ByText(["sort b a", "compute 2 + 2"], lambda text: len(text) % 5 / 5)
        step = WeightStep(Motion(iterations=2), assignments=3)
        found = await step.best(mixable(Team(models), where="weights"), graph, dev, answer)
        return dict(found.coefficients), found.score

    assert await once() == await once()
    assert all(sum(vector) == pytest.approx(1) for vector in (await once())[0].values())


async def test_a_later_round_that_is_worse_changes_nothing() -> None:
    models = {name: load(f"pocket:{name}") for name in ("generalist", "strings")}
    scored: list[str] = []

    def score(text: str) -> float:
        scored.append(text)
        return float(len(scored) <= 1)  # the first round

    step = WeightStep(Motion(iterations=2), assignments=1)
    found = await step.best(Team(models), Graph(models, [("strings", "generalist")]), ByText(["?"], score), answer)
    assert (len(scored), found.score) == (2, 1.0)
    assert found.coefficients == {"generalist": (1.0, 0.0), "strings": (0.0, 1.0)}


def test_models_that_show_no_parameters_are_refused() -> None:
    with pytest.raises(BadScenario) as raised:
        mixable(Team({"a": Scripted()}), where="text/heterogeneous_swarms.weights")
    assert str(raised.value) == (
        "text/heterogeneous_swarms.weights: a shows no parameters. Use pocket: or hf: models, or leave weights out."
    )
