"""Sets of attempts, and what an aggregator learns from them."""

from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Answer, Ask, Team
from symposia.agents.context import Context
from symposia.agents.loading import load
from symposia.agents.message import Sampling
from symposia.evaluators.dev import Dev
from symposia.evaluators.evaluator import Evaluator
from symposia.tests.support.nearness import flat
from symposia.tests.support.tasks import Lottery, lottery
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.aggregating import Aggregating, AttemptSet, attempt_sets, mixture
from symposia.trainers.finetuning.pupil import Pupil
from symposia.trainers.finetuning.rollouts import Rollout
from symposia.trainers.finetuning.settings import GroupSettings

SETTINGS = GroupSettings(batch=2, samples=2, rate=1e-2, max_tokens=2, scale="group", log_every=1)


@pytest.mark.parametrize(("easy", "rows"), [(1.0, 6), (0.0, 3), (9.0, 13)])
def test_all_hard_sets_are_taken_and_so_many_easy_ones(easy: float, rows: int) -> None:
    sets = [AttemptSet(place, (), score) for place, score in enumerate([0.0, 0.5, None, *[1.0] * 10])]
    found = mixture(sets, easy, 42)
    assert [one.place for one in found[:3]] == [0, 1, 2]
    assert (len(found), len({one.place for one in found})) == (rows, rows)


async def test_a_set_has_an_attempt_of_each_solver_and_the_score_of_the_vote(models: dict[str, Any]) -> None:
    dev = Dev(Evaluator(Lottery()), lottery(6))
    team = Team(models, context=Context(sampling=Sampling(max_tokens=2)))
    sets = await attempt_sets(team, dev, ("amber", "blue"), "set-0")
    assert [one.place for one in sets] == [0, 1, 2, 3, 4, 5]
    assert {len(one.attempts) for one in sets} == {2}
    assert {one.score for one in sets} <= {0.0, 1.0}


async def test_an_aggregator_is_rewarded_by_the_question_of_each_set(tmp_path: Path) -> None:
    class Grades:
        """Grades by place, and notes the places."""

        questions = (Ask(text="?"), Ask(text="?"), Ask(text="?"))

        def __init__(self) -> None:
            self.places: list[int] = []

        async def grade(self, position: int, text: str) -> float | None:
            self.places.append(position)
            return float(len(self.places) % 2)

    amber = load(f"hf:{llama(tmp_path / 'amber', max_position_embeddings=512)}")
    dev, sets = Grades(), [AttemptSet(place, (), 0.0) for place in (2, 0)]
    after = await Aggregating(dev, sets, SETTINGS)(Pupil.of("last", amber), "last", tmp_path / "a")
    assert sorted(dev.places) == [0, 0, 2, 2]
    assert not (flat(after.model) == flat(amber)).all()
    none = await Aggregating(dev, (), SETTINGS)(Pupil.of("last", amber), "last", tmp_path / "b")
    assert (flat(none.model) == flat(amber)).all()


async def test_the_control_rewards_by_chance_and_grades_nothing() -> None:
    rollouts = [Rollout(0, Ask(text="?"), Answer(text=str(number))) for number in range(40)]
    found = await Aggregating(None, (), SETTINGS, chance=True)._reward(rollouts)
    assert set(found) == {0.0, 1.0}


def test_a_persona_comes_before_the_attempts() -> None:
    one = AttemptSet(0, (Answer(text="4"),), 1.0)
    roles = [turn.role for turn in one.prompt([Ask(text="2 + 2?")], 0, "Be brief.").turns()]
    assert roles == ["system", "user"]
