"""The published data sets, where they are there."""

from types import ModuleType

import pytest
from symposia.evaluators.contamination import overlap
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.data import SHARED, needs_shared_data


@needs_shared_data
@pytest.mark.parametrize(
    ("task", "name", "count"),
    [
        (short_answer, "popqa", 22),  # 23 rows, one of them a duplicate
        (multiple_choice, "mmlu_redux", 10),
        (short_answer, "culturebench", 4),
        (short_answer, "gsm8k", 0),
    ],
)
def test_questions_of_both_splits_are_found(task: ModuleType, name: str, count: int) -> None:
    dev, test = (task.load(split=split, data=str(SHARED / name)) for split in ("dev", "test"))
    assert len(overlap(dev, test)) == count


@needs_shared_data
@pytest.mark.parametrize("name", ["arc_challenge", "blend", "truthfulqa", "culturalbench_hard"])
def test_every_gold_can_be_reached_in_every_style(name: str) -> None:
    items = multiple_choice.load(split="test", data=str(SHARED / name))
    for style in ("{}", "**{}**", "Answer: {}", "\\boxed{{{}}}", "The answer is {}."):
        assert all(multiple_choice.grade(item, style.format(item.gold)) for item in items)


@needs_shared_data
def test_the_reference_cannot_reach_the_golds_with_other_keys() -> None:
    items = multiple_choice.load(split="test", data=str(SHARED / "arc_challenge"), profile="moco_compat")
    scores = [multiple_choice.grade(item, str(item.gold)) for item in items]
    assert round(100 * sum(scores) / len(scores), 1) == 98.1


@needs_shared_data
@pytest.mark.parametrize(("profile", "percent"), [("strict", 0.0), ("moco_compat", 17.5)])
def test_an_empty_reply_is_right_only_in_the_reference(profile: str, percent: float) -> None:
    items = short_answer.load(split="test", data=str(SHARED / "bbh"), profile=profile)
    assert round(100 * sum(short_answer.grade(item, "") for item in items) / len(items), 1) == percent
