"""The protocol beside what it has to beat: dev selects, test reports."""

from collections.abc import Sequence
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Sampling, Team, Turn
from symposia.agents.errors import CannotWrite, ModelUnavailable
from symposia.agents.models.base import GREEDY
from symposia.agents.models.scripted import Scripted
from symposia.evaluators.comparison import Comparison, add_baselines, compare, oracle
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator, alone
from symposia.tests.support.samples import sample
from symposia.tests.support.tasks import Exact, items

QUESTION = Ask(text="2 + 2?")


async def compared(members: Team[Any], *, dev: bool = True) -> Comparison:
    """A comparison over two test questions, 4 and 5, with one dev question, 3."""
    evaluator, test = Evaluator(Exact(), concurrency=1), items("4", "5")
    comparison = await compare(evaluator, members, alone, "alone", test)
    chosen = Dev(evaluator, items("3"), stage="dev") if dev else None
    await add_baselines(comparison, evaluator, members, chosen, test)
    return comparison


def scores(samples: Any) -> list[float | None]:
    return [one.score for one in samples]


async def test_the_best_single_is_the_best_on_dev_whatever_it_does_on_test() -> None:
    # Each says its lines in order: the protocol's two, its own two, then dev's one, then those at equal budget.
    amber, blue = Scripted("4", "5", "4", "5", "0"), Scripted("0", "0", "3", "0", "0")
    comparison = await compared(Team({"amber": amber, "blue": blue}))
    rows = [(row.name, row.kind, scores(row.samples)) for row in comparison.rows]
    assert rows == [
        ("alone", "protocol", [1.0, 1.0]),
        ("amber", "single", [1.0, 1.0]),
        ("blue", "single", [0.0, 0.0]),
        ("oracle", "oracle", [1.0, 1.0]),
        ("blue", "best_single", [0.0, 0.0]),
        ("blue x 1 (1.00 x the tokens)", "equal_budget", [0.0, 0.0]),
    ]
    best = comparison.row("best_single")
    assert best is not None
    assert best.samples is comparison.rows[2].samples


async def test_without_dev_nobody_is_chosen() -> None:
    comparison = await compared(Team({"amber": Scripted(*"4545")}), dev=False)
    assert [row.kind for row in comparison.rows] == ["protocol", "single", "oracle"]
    assert comparison.row("best_single") is None


def test_the_oracle_takes_the_best_score_the_first_of_equals_and_an_unscored_one_last() -> None:
    lost, zero, half, half_too = sample(None), sample(0.0), sample(0.5), sample(0.5)
    found = oracle({"amber": [lost, half, lost], "blue": [zero, half_too, lost]})
    assert found[0] is zero
    assert found[1] is half
    assert scores(found) == [0.0, 0.5, None]


def test_an_unscored_answer_is_last_in_any_range() -> None:
    lost, bad = sample(None), sample(-5.0)
    assert oracle({"amber": [lost], "blue": [bad]}) == [bad]


class Dead:
    """Answers the protocol, and then nobody."""

    def __init__(self, error: Exception, answers: int = 2) -> None:
        self.error = error
        self.left = answers

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.left -= 1
        if self.left < 0:
            raise self.error
        return Answer(text="4")


@pytest.mark.parametrize("answers", [2, 4])
async def test_a_baseline_that_fails_is_a_note_and_what_was_done_is_kept(answers: int) -> None:
    dead = Dead(ModelUnavailable("amber: no answer. Start its server."), answers)
    comparison = await compared(Team({"amber": dead}))
    kinds = [row.kind for row in comparison.rows]
    assert kinds == (["protocol"] if answers == 2 else ["protocol", "single", "oracle"])
    name = "amber" if answers == 2 else "the best single"
    assert comparison.notes == [f"Baseline {name} failed: amber: no answer. Start its server."]


async def test_what_concerns_the_whole_run_ends_it_in_a_baseline_too() -> None:
    with pytest.raises(CannotWrite, match="the disk is full"):
        await compared(Team({"amber": Dead(CannotWrite("run: the disk is full."))}))
