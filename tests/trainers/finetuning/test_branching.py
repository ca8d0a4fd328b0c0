"""Rollouts that teach a selector."""

from typing import Any

import pytest
from symposia.agents import Sampling, Team
from symposia.agents.context import Context
from symposia.agents.decoding.switching import Switch
from symposia.agents.loading import load
from symposia.agents.replay import Memory
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.evaluators.task import Item
from symposia.tests.support.markov import START, WORDS, markov
from symposia.tests.support.tasks import Exact, items
from symposia.trainers.finetuning.branching import Branching, best_first, labelled, utilities

METHOD = Switch(question="", writers=("cat", "mat"), selector="cat", patch=1)


class Begins(Exact):
    """A task whose right answers have a " mat" as their first or second word."""

    def grade(self, item: Item, text: str) -> float:
        return float(" mat" in text[:8])


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team[Any]:
    """Two writers, each of one word."""
    folder = tmp_path_factory.mktemp("writers")
    for name in ("cat", "mat"):
        markov(folder / name, {one: {f" {name}": 1.0} for one in (START, " cat", " mat")}, WORDS)
    models = {name: load(f"hf:{folder / name}") for name in ("cat", "mat")}
    return Team(models, context=Context(sampling=Sampling(max_tokens=2)), question="prepare")


async def test_the_writer_of_what_is_right_is_the_label_of_every_row(team: Team[Any]) -> None:
    """After " cat", only a " mat" is right; at the start, " mat" is right and " cat" half of the time at most."""
    dev = Dev(Evaluator(Begins()), items("", "", "", ""))
    drawn = Branching(prefixes=2, before=1, rollouts=4)
    rows = await labelled(team, dev, (0, 2), METHOD, drawn)
    assert {one.label for one in rows} == {1}
    assert {one.asked.question for one in rows} == {"question 0", "question 2"}
    assert {one.asked.written for one in rows} <= {"(nothing yet)", "<model 0> cat</model 0>"}
    memory = Memory(team.context.trace.events, "replay")
    shared = Context(sampling=Sampling(max_tokens=2), memory=memory)
    absent: Team[Any] = Team({"cat": object(), "mat": object()}, context=shared, question="prepare")
    assert await labelled(absent, dev, (0, 2), METHOD, drawn) == rows


async def test_where_no_writer_is_the_best_nothing_is_taught(team: Team[Any]) -> None:
    dev = Dev(Evaluator(Exact()), items("never", "never"))
    assert await labelled(team.at("none"), dev, (0, 1), METHOD, Branching(prefixes=2, before=1, rollouts=1)) == []


async def test_a_text_that_has_ended_teaches_nothing(team: Team[Any]) -> None:
    dev = Dev(Evaluator(Begins()), items("", ""))
    ends = METHOD.model_copy(update={"patch": 2})
    rows = await labelled(team.at("ends"), dev, (0, 1), ends, Branching(prefixes=8, before=1, rollouts=1))
    assert {one.asked.written for one in rows} == {"(nothing yet)"}


def test_every_writer_begins_as_many_rollouts() -> None:
    _, schedules = Branching(prefixes=1, before=3, rollouts=5).drawn(7, 0, writers=3, patches=4)
    assert [one[0] for one in schedules] == [0, 1, 2] * 5
    assert {len(one) for one in schedules} == {4}


@pytest.mark.parametrize(
    ("scores", "found", "label"),
    [
        ([0.2, 0.2, None], [0.2, 0.2, None], None),
        ([1.0, 0.0, 0.0, 0.0, 0.0, 1.0], [0.5, 0.0, 0.5], None),
        ([1.0, 0.0, 0.0, 1.0, None, 1.0], [1.0, 0.0, 0.5], 0),
    ],
)
def test_a_label_is_the_best_mean_without_a_tie(scores: list[Any], found: list[Any], label: int | None) -> None:
    assert utilities(scores, 3) == found
    assert best_first(found) == label
