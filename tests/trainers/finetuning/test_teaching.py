"""Lessons in text, and what a member learns from them."""

from pathlib import Path

from symposia.agents import Ask, Team
from symposia.agents.context import Context
from symposia.agents.loading import load
from symposia.tests.support.nearness import flat
from symposia.tests.support.tiny import llama
from symposia.trainers.finetuning.distillation import Lesson
from symposia.trainers.finetuning.pupil import Pupil
from symposia.trainers.finetuning.settings import Lora, SupervisedSettings
from symposia.trainers.finetuning.teaching import Role, Teaching, with_taught

LESSONS = [Lesson(Ask(text="2 + 2?"), "A", None), Lesson(Ask(text="2 + 3?"), "B", None)] * 4
SETTINGS = SupervisedSettings(rate=2e-2, batch=4)


async def test_a_member_learns_what_to_write_and_its_model_stays(tmp_path: Path) -> None:
    amber = load(f"hf:{llama(tmp_path / 'amber')}")
    before = flat(amber)
    after = await Teaching(LESSONS, SETTINGS)(Pupil.of("role", amber), "amber", tmp_path / "a")
    assert (flat(amber) == before).all()
    for lesson in LESSONS[:2]:
        choice = await after.model.choose(lesson.question.turns(), ("A", "B"))
        was = await amber.choose(lesson.question.turns(), ("A", "B"))
        place = "AB".index(lesson.text)
        assert choice.logprobs[place] > was.logprobs[place]
    adapted = await Teaching(LESSONS, SETTINGS)(Pupil.of("role", amber), "amber", tmp_path / "b", lora=Lora(rank=2))
    assert adapted.adapter is not None
    assert (flat(amber) == before).all()


async def test_without_lessons_that_fit_it_stays_as_it_was(tmp_path: Path) -> None:
    amber = load(f"hf:{llama(tmp_path / 'amber')}")
    long = Lesson(Ask(text="2 + 2?" * 100), "A", None)
    after = await Teaching([long], SETTINGS)(Pupil.of("role", amber), "amber", tmp_path / "a")
    assert after.model is not amber
    assert (flat(after.model) == flat(amber)).all()


async def test_a_team_has_its_roles_untrained_and_trained(tmp_path: Path) -> None:
    amber = load(f"hf:{llama(tmp_path / 'amber')}")
    team = Team({"amber": amber}, context=Context(personas={"amber": "Be brief."}))
    teams = await with_taught(team, {"judge": Role("amber", LESSONS[:4])}, SETTINGS)
    assert {kind: one.names for kind, one in teams.items()} == dict.fromkeys(
        ("untrained", "trained"), ("amber", "judge")
    )
    assert teams["untrained"].models["judge"] is teams["trained"].models["amber"] is amber
    assert not (flat(teams["trained"].models["judge"]) == flat(amber)).all()
    assert teams["trained"].context.personas["judge"] == "Be brief."
