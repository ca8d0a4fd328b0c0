"""A panel of judges."""

import pytest
from symposia.agents import Answer, Team
from symposia.agents.errors import BadScenario
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.graders.panel import grade, summary
from symposia.evaluators.sample import Sample
from symposia.evaluators.task import Item
from symposia.tests.support.doubles import Failing

ITEM = Item("Greet me.", "", {"baseline": "Hi."})
SAID = Answer(text="Hello!")


async def test_each_judge_grades_and_the_mean_counts() -> None:
    judges = Team({"ann": Scripted("[[10]]"), "bob": Scripted("[[1]]"), "cleo": Scripted("[[5.5]]")})
    found = await grade(ITEM, SAID, judges, grader="mt_bench")
    assert found.parts == {"ann": 1.0, "bob": 0.0, "cleo": 0.5}
    assert (found.score, found.verdict) == (0.5, "ann: 10\nbob: 1\ncleo: 5.5")


async def test_a_judge_that_fails_leaves_it_to_the_others() -> None:
    found = await grade(ITEM, SAID, Team({"ann": Failing(), "bob": Scripted("[[10]]")}), grader="mt_bench")
    assert found.parts == {"bob": 1.0}
    alone = await grade(ITEM, SAID, Team({"ann": Failing()}), grader="mt_bench")
    assert (alone.score, alone.reason) == (None, "judge_failed")


async def test_options_go_to_the_grader() -> None:
    judges = Team({"ann": Scripted("M"), "bob": Scripted("M")})
    found = await grade(ITEM, SAID, judges, grader="alpaca_eval", options={"orders": "seeded"})
    assert set(found.parts) == {"ann", "bob"}


async def test_a_panel_without_judges_is_refused() -> None:
    with pytest.raises(BadScenario, match="panel: mt_bench and a panel need judges"):
        await grade(ITEM, SAID, None, grader="mt_bench")


def test_the_summary_says_how_far_the_judges_agree() -> None:
    pairs = [(1.0, 1.0), (0.9, 0.8), (0.1, 0.2), (0.0, 0.9)]
    samples = [
        Sample(id=str(n), question="?", output="", score=0.5, parts={"ann": one, "bob": two})
        for n, (one, two) in enumerate(pairs)
    ]
    found = {fact.name: fact.value for fact in summary(samples)}
    assert found["mean of ann"] == "0.500"
    assert found["kappa of ann and bob"].startswith("0.500 [")
