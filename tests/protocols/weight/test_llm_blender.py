"""weight/llm_blender: a ranker and a fuser that are trained on dev, where they are worth it."""

from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.context import Context
from symposia.agents.errors import BadModel, BadScenario
from symposia.agents.loading import load
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.protocols.weight import llm_blender
from symposia.tests.support.said import says
from symposia.tests.support.tasks import Exact, items

QUICK: dict[str, Any] = {"ranker": "judge", "train": "ranker", "fuse": False, "rate": 1e-3, "batch": 8, "epochs": 4}


class Says:
    """Says the same to everything."""

    def __init__(self, text: str) -> None:
        self.text = text

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        return Answer(text=self.text)


def dev(count: int = 16) -> Dev:
    """Questions to which `graph` is always right."""
    return Dev(Evaluator(Exact()), items(*["graph"] * count))


@pytest.fixture(scope="module")
def team() -> Team[Any]:
    """A judge, and three members whose vote is wrong."""
    members = {"amber": Says("lookup"), "blue": Says("lookup"), "coral": Says("graph")}
    context = Context(seed=7, sampling=Sampling(max_tokens=8), read=lambda text: text)
    return Team({"judge": load("pocket:judge"), **members}, context=context)


@pytest.mark.long
async def test_a_ranker_learns_which_candidate_is_better_and_serves(team: Team[Any]) -> None:
    after = await llm_blender.prepare(team, dev(), **QUICK)
    found = after.learned_as(llm_blender.Blending)
    assert found is not None
    assert (found.answering, found.ranker, found.kept) == (("amber", "blue", "coral"), "judge-ranker", "trained")
    assert found.scores["vote"] == 0.0
    assert found.scores["trained"] == 1.0
    assert dict(found.taught) == {"ranker": 32}
    assert (await llm_blender.answer(after.at("test/0"), Ask(text="question 90"), **QUICK)).text == "graph"
    assert after.models["judge"] is team.models["judge"]
    assert (await llm_blender.review(after, None, None))["blender.json"]["fuser"] == "coral"


@pytest.mark.long
async def test_both_are_trained_as_copies_of_their_own(team: Team[Any]) -> None:
    options = {"fuser": "judge", "top_k": 1, "batch": 8, "epochs": 1, "rate": 1e-4, "keep": "trained"}
    after = await llm_blender.prepare(team, dev(4), **options)
    found = after.learned_as(llm_blender.Blending)
    assert found is not None
    assert (found.ranker, found.fuser, found.kept) == ("judge-ranker", "judge-fuser", "trained")
    assert after.models["judge-ranker"] is not after.models["judge-fuser"]
    assert found.taught["fuser"] == 2


async def test_the_vote_answers_where_nothing_is_gained(team: Team[Any]) -> None:
    members = {name: team.models[name] for name in ("judge", "coral")}
    options = {**QUICK, "epochs": 1, "rate": 1e-6}
    agreed = Team({**members, "blue": Says("graph")}, context=team.context)
    after = await llm_blender.prepare(agreed, dev(4), **options)
    found = after.learned_as(llm_blender.Blending)
    assert found is not None
    assert found.kept == "vote"
    assert after.names == ("judge", "coral", "blue")
    here = after.at("test/0")
    assert (await llm_blender.answer(here, Ask(text="?"), **options)).text == "graph"
    assert here.spent.calls == 0


async def test_an_unprepared_team_is_blended_by_members() -> None:
    members = Team({"judge": Scripted("B", "A"), "amber": Says("1"), "blue": Says("2")})
    options: dict[str, Any] = {"ranker": "judge", "train": "ranker", "fuse": False}
    assert (await llm_blender.answer(members, Ask(text="?"), **options)).text == "2"


async def test_a_ranker_that_cannot_be_trained_is_refused_before_anybody_is_asked() -> None:
    members = Team({"judge": Scripted(), "amber": Scripted(), "blue": Scripted()})
    with pytest.raises(BadModel, match="judge-ranker: a Scripted cannot be trained"):
        await llm_blender.prepare(members, dev(4), fuser="amber", **QUICK)
    assert members.spent.calls == 0


async def test_a_team_without_pairs_and_a_taken_name_are_refused() -> None:
    with pytest.raises(BadScenario, match="fewer than two members answer"):
        llm_blender.Options(ranker="judge").check(("judge", "amber"))
    members = Team({"judge": Scripted(), "judge-ranker": Scripted(), "amber": Scripted()})
    with says(
        BadScenario,
        "weight/llm_blender: judge-ranker is what the trained copy of judge is called. Rename the member.",
    ):
        await llm_blender.prepare(members, dev(4), fuser="amber", **QUICK)
