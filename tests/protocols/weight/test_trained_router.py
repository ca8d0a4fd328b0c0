"""weight/trained_router: a router that is trained on dev, where it is worth one."""

from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.context import Context
from symposia.agents.errors import BadModel, BadScenario
from symposia.agents.loading import load
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.tasks import pocket
from symposia.protocols.weight import trained_router
from symposia.tests.support.doubles import Tabled
from symposia.tests.support.said import says

ITEMS = pocket.load(split="dev", limit=24, skills=["arithmetic", "strings"])
QUESTIONS = [item.question for item in ITEMS]
SCORES: dict[str, Any] = {
    "sorter": [float(item.group == "strings") for item in ITEMS],
    "adder": [float(item.group == "arithmetic") for item in ITEMS],
}
QUICK: dict[str, Any] = {"router": "judge", "rate": 1e-3, "batch": 6, "epochs": 5}


class Named:
    """Answers with its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def write(self, turns: list[Turn], sampling: Sampling = GREEDY) -> Answer:
        return Answer(text=self.name)


@pytest.fixture(scope="module")
def team() -> Team[Any]:
    """A judge, and two members that can only write."""
    return Team(
        {"judge": load("pocket:judge"), "sorter": Named("sorter"), "adder": Named("adder")}, context=Context(seed=7)
    )


async def test_a_router_learns_whom_to_ask_and_serves(team: Team[Any]) -> None:
    after = await trained_router.prepare(team, Tabled(QUESTIONS, SCORES), **QUICK)
    found = after.learned_as(trained_router.Router)
    assert found is not None
    assert (found.router, found.answering, found.kept) == ("judge-router", ("sorter", "adder"), "trained")
    assert (found.oracle, found.taught) == (1.0, 12)
    assert found.scores["trained"] > max(found.scores["alone"], found.scores["untrained"])
    new = pocket.load(split="test", limit=8, skills=["arithmetic", "strings"])
    said = [(await trained_router.answer(after.at(item.question), item.ask(), **QUICK)).text for item in new]
    right = [{"arithmetic": "adder", "strings": "sorter"}[item.group] for item in new]
    assert sum(one == other for one, other in zip(said, right, strict=True)) >= 6
    assert after.models["judge"] is team.models["judge"]
    assert (await trained_router.review(after, None, None))["router.json"]["kept"] == "trained"


@pytest.mark.long
async def test_the_best_member_answers_where_no_router_gains(team: Team[Any]) -> None:
    scores: dict[str, Any] = {"sorter": [1.0] * 23 + [0.0], "adder": [0.0] * 23 + [1.0]}
    dev = Tabled(QUESTIONS, scores)
    after = await trained_router.prepare(team, dev, **{**QUICK, "epochs": 1, "rate": 1e-6})
    found = after.learned_as(trained_router.Router)
    assert found is not None
    assert (found.best, found.kept) == ("sorter", "alone")
    assert "judge-router" not in after.names
    here = after.at("test/0")
    assert (await trained_router.answer(here, Ask(text="?"), **QUICK)).text == "sorter"
    assert here.spent.calls <= 1
    kept = await trained_router.prepare(team, dev, **{**QUICK, "epochs": 1, "rate": 1e-6, "keep": "trained"})
    assert "judge-router" in kept.names


async def test_the_control_learns_labels_of_other_questions(team: Team[Any]) -> None:
    options = {**QUICK, "labels": "chance", "keep": "trained", "epochs": 1}
    after = await trained_router.prepare(team, Tabled(QUESTIONS, SCORES), **options)
    found = after.learned_as(trained_router.Router)
    assert found is not None
    assert (found.kept, found.taught) == ("trained", 12)


async def test_a_router_may_answer_as_it_was(team: Team[Any]) -> None:
    options = trained_router.Options(router="judge", answers=True)
    assert trained_router.answering(team, options) == ("judge", "sorter", "adder")


async def test_an_unprepared_team_is_routed_by_the_member_itself() -> None:
    members = Team({"judge": Scripted("Model 2"), "sorter": Named("sorter"), "adder": Named("adder")})
    assert (await trained_router.answer(members, Ask(text="?"))).text == "adder"


async def test_a_router_that_cannot_be_trained_and_a_taken_name_are_refused() -> None:
    dev = Tabled(QUESTIONS, SCORES)
    members = {"sorter": Named("sorter"), "adder": Named("adder")}
    with pytest.raises(BadModel, match="judge-router: a Scripted cannot be trained"):
        await trained_router.prepare(Team({"judge": Scripted(), **members}), dev)
    taken = "weight/trained_router: judge-router is what the trained copy of judge is called. Rename the member."
    with says(BadScenario, taken):
        await trained_router.prepare(Team({"judge": Scripted(), "judge-router": Scripted(), **members}), dev)
