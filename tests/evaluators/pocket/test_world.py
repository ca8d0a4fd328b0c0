"""The pocket world: its skills and its splits."""

from itertools import islice

import pytest
from symposia.evaluators.pocket import CORE, SKILLS, SPLITS, arithmetic, composition, graphs, lookup, problems, strings
from symposia.evaluators.pocket.split import split_of
from symposia.evaluators.tasks import pocket as task


def questions(skill: str, split: str, count: int = 300) -> set[str]:
    return {problem.question for problem in islice(problems(skill, split), count)}


@pytest.mark.parametrize("skill", SKILLS)
def test_no_item_is_in_two_splits(skill: str) -> None:
    train, dev, test = (questions(skill, split) for split in SPLITS)
    assert train.isdisjoint(dev | test)
    assert dev.isdisjoint(test)
    assert all(split_of(question) == "test" for question in test)


@pytest.mark.parametrize("skill", SKILLS)
def test_the_same_seed_gives_the_same_problems_and_another_seed_others(skill: str) -> None:
    first, again, other = (list(islice(problems(skill, "dev", seed), 20)) for seed in (0, 0, 1))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("operation", "answer"),
    [("reverse", "a c k"), ("sort", "a c k"), ("last of", "a"), ("drop first of", "c a")],
)
def test_operations_on_letters(operation: str, answer: str) -> None:
    assert strings.apply(operation, ["k", "c", "a"]).answer == answer


def test_a_walk_follows_the_arrows() -> None:
    arrows = dict(zip("abcdef", "cadcab", strict=True))
    assert graphs.walk(arrows, "a", 2).question == "graph a > c b > a c > d d > c e > a f > b : 2 steps from a"
    assert graphs.walk(arrows, "a", 2).answer == "d"
    assert graphs.walk(arrows, "f", 1).answer == "b"


def test_a_table_is_read_by_its_keys() -> None:
    table = dict(zip("abcdef", (12, 30, 77, 45, 12, 90), strict=True))
    asked = lookup.value_of(table, "c")
    assert asked.question == "table a = 12 b = 30 c = 77 d = 45 e = 12 f = 90 : c"
    assert asked.answer == "77"


def test_the_larger_number_comes_first_in_a_difference() -> None:
    assert arithmetic.compute(27, "-", 345).question == "compute 345 - 27"
    assert arithmetic.compute(27, "-", 345).answer == "318"
    assert arithmetic.compute(345, "+", 278).answer == "623"


def test_the_second_step_of_a_composition_is_asked_with_the_first_answer() -> None:
    for problem in islice(problems("composition", "dev"), 50):
        first, second = problem.steps
        assert composition.second_question(problem, first.answer) == second.question
        assert second.answer == problem.answer


def test_every_option_of_a_choice_is_different_and_one_is_right() -> None:
    for problem in islice(problems("choice", "dev"), 100):
        options = [line[3:] for line in problem.question.splitlines()[1:]]
        assert len(set(options)) == 4
        assert problem.answer in "ABCD"


def test_the_mixture_takes_the_core_skills_in_turn() -> None:
    items = task.load(split="test", limit=8)
    assert [item.group for item in items] == [*CORE, *CORE]


def test_a_larger_limit_begins_with_what_a_smaller_one_has() -> None:
    assert task.load(split="dev", limit=20)[:8] == task.load(split="dev", limit=8)
