"""Members in training, and the pairs that they are trained on."""

from pathlib import Path
from typing import Any

import pytest
import torch
from symposia.agents import Answer, Ask, Sampling, Team
from symposia.agents.errors import BadModel
from symposia.agents.models.absent import Absent
from symposia.agents.models.scripted import Scripted
from symposia.tests.support.nearness import flat
from symposia.tests.support.said import says
from symposia.trainers.finetuning.lineage import read_lineage
from symposia.trainers.finetuning.preferring import Preferring, preferences
from symposia.trainers.finetuning.pupil import Pupil
from symposia.trainers.finetuning.settings import Lora, PreferenceSettings
from symposia.trainers.finetuning.verdicts import Said, Verdict, pairs_of
from symposia.trainers.search.duels import Duel, Fight
from symposia.trainers.search.ratings import RatingRule, rated

QUESTION = Ask(text="2 + 2?")
SETTINGS = PreferenceSettings(rate=1e-2, batch=2, gap=0)


async def verdict_of(models: dict[str, Any]) -> Verdict:
    """Amber's answer, preferred to blue's."""
    said = [await models[name].write(QUESTION.turns(), Sampling(max_tokens=3)) for name in ("amber", "blue")]
    return Verdict(QUESTION, *(Said(one, models["amber"].vocabulary) for one in said))


async def test_a_pair_is_what_was_sampled_where_the_prompt_is_the_same(models: dict[str, Any]) -> None:
    verdict = await verdict_of(models)
    (pair,) = pairs_of(models["coral"], [verdict])
    assert pair.chosen_ids == verdict.chosen.answer.ids
    assert pair.prompt_ids == verdict.chosen.answer.prompt_ids
    (told,) = pairs_of(models["coral"], [verdict], persona="Be brief.")
    assert len(told.prompt_ids) > len(pair.prompt_ids)
    assert told.chosen_ids[-1] in models["coral"].vocabulary.ends
    assert pairs_of(models["coral"], [verdict._replace(rejected=verdict.chosen)]) == []


@pytest.mark.parametrize("lora", [None, Lora(rank=2)])
async def test_a_second_training_goes_on_from_the_first_which_stays_as_it_was(
    lora: Lora | None, models: dict[str, Any], tmp_path: Path
) -> None:
    train = Preferring([await verdict_of(models)] * 2, SETTINGS, {})
    first = await train(Pupil.of("coral", models["coral"]), tmp_path / "1", lora=lora)
    after_one = flat(first.model).clone()
    second = await train(first, tmp_path / "2", lora=lora)
    assert not torch.equal(after_one, flat(models["coral"]))
    assert torch.equal(after_one, flat(first.model))
    assert not torch.equal(after_one, flat(second.model))
    if second.adapter is not None:
        lineage = read_lineage(second.adapter)
        assert lineage is not None
        assert lineage.version == 2
        assert lineage.parent is not None


async def test_a_replay_trains_nothing_and_what_cannot_be_trained_is_refused(tmp_path: Path) -> None:
    train = Preferring((), SETTINGS, {})
    absent = Pupil.of("amber", Absent("pocket:base"))
    after = await train(absent, tmp_path / "none")
    assert isinstance(after.model, Absent)
    assert after.model is not absent.model
    with says(
        BadModel,
        "amber: a Scripted cannot be trained. Use a model of pocket:, hf: or smol: on one device.",
    ):
        await train(Pupil.of("amber", Scripted("4")), tmp_path / "none")


def test_who_scores_more_is_preferred_and_ties_are_left_out(models: dict[str, Any]) -> None:
    team, ratings = Team(models), rated(models, RatingRule())
    said = {"amber": Answer(text="4"), "blue": Answer(text="5")}

    def found(first: float | None, second: float, chance: int | None = None) -> list[str]:
        given = {("coral", "amber"): first, ("coral", "blue"): second}
        fight = Fight(Duel(0, "amber", "blue"), said, given)
        return [one.chosen.answer.text for one in preferences(team, [QUESTION], [fight], ratings, chance)]

    assert found(8.0, 2.0) == ["4"]
    assert found(2.0, 8.0) == ["5"]
    assert found(5.0, 5.0) == []
    assert found(None, 8.0) == []
    assert {found(8.0, 2.0, chance)[0] for chance in range(8)} == {"4", "5"}
