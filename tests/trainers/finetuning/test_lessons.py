"""What members are taught when a team is distilled into them."""

from types import SimpleNamespace
from typing import Any

import pytest
from symposia.agents import Answer, Ask
from symposia.agents.objective import Graded
from symposia.trainers.finetuning.distillation import Lesson, kept, own_answers, share, team_answers
from symposia.trainers.finetuning.lessons import Halves, Round, lessons_of, score_of

QUESTIONS = [Ask(text=f"q{number}") for number in range(6)]


def graded(*answers: str | None) -> list[Graded]:
    """A member's answers; A is right, and what has no answer failed."""
    return [
        Graded(None, None) if text is None else Graded(Answer(text=text), float(text == "A"), parsed=text)
        for text in answers
    ]


def before(**members: list[Graded]) -> Round:
    """A round, in which the member with the first name is best."""
    scores = {name: float(-place) for place, name in enumerate(members)}
    return Round(None, members, scores, 0.0)  # type: ignore[arg-type]


def taught(members: Round, **options: Any) -> dict[str, list[str]]:
    """The lessons of each member as `question: text`."""
    settings = SimpleNamespace(**{"own": 0.0, "best": 0.0, "keep": "all", "teacher": "team", **options})
    found = lessons_of(members, Halves.of(QUESTIONS), settings, seed=1)  # type: ignore[arg-type]
    return {name: [f"{one.question.text}: {one.text}" for one in some] for name, some in found.items()}


def test_every_other_question_is_taught_and_the_others_choose() -> None:
    halves = Halves.of(QUESTIONS)
    assert (halves.train, halves.choose) == ((0, 2, 4), (1, 3, 5))


@pytest.mark.parametrize(
    ("groups", "train"),
    [
        (["sums", "graphs"] * 3, (0, 3, 4)),  # sums are 0, 2, 4, graphs 1, 3, 5
        (["sums"] * 2 + ["graphs"] * 4, (0, 2, 4)),
        (list("abcdef"), (0, 2, 4)),
        ([None] * 6, (0, 2, 4)),
    ],
)
def test_of_each_group_every_other_question_is_taught(groups: list[str | None], train: tuple[int, ...]) -> None:
    halves = Halves.of(QUESTIONS, groups)
    assert halves.train == train
    assert sorted((*halves.train, *halves.choose)) == list(range(6))


def test_halves_that_are_drawn_have_all_kinds_of_questions_that_take_turns() -> None:
    halves = Halves.split([Ask(text=str(number)) for number in range(80)], where="weight/distil")
    assert (len(halves.train), len(halves.choose)) == (40, 40)
    assert sorted([*halves.train, *halves.choose]) == list(range(80))
    assert {place % 4 for place in halves.train} == {place % 4 for place in halves.choose} == {0, 1, 2, 3}


def test_the_team_answers_by_plurality_and_a_failed_member_has_no_vote() -> None:
    members = {"a": graded("A", "B", None), "b": graded("B", "B", None), "c": graded("B", None, None)}
    found = team_answers(members, QUESTIONS[:3])
    assert [None if one is None else (one.text, one.score) for one in found] == [("B", 0.0), ("B", 0.0), None]


def test_right_answers_alone_are_kept_where_that_is_asked_for() -> None:
    lessons = own_answers(graded("A", None, "B"), QUESTIONS[:3])
    assert [one.text for one in kept([*lessons, None], "all")] == ["A", "B"]
    assert [one.text for one in kept(lessons, "right")] == ["A"]


def test_all_members_are_taught_what_the_team_says_where_it_is_taught() -> None:
    members = before(a=graded(*"AAAAAA"), b=graded(*"AABBAA"), c=graded(*"BBAAAB"))
    assert taught(members) == {name: ["q0: A", "q2: A", "q4: A"] for name in "abc"}


def test_shares_of_ones_own_and_of_the_best_are_added() -> None:
    members = before(a=graded(*"AAAAAA"), b=graded(*"BBBBBB"))
    found = taught(members, own=1.0, best=1.0, keep="all")
    assert found["b"] == ["q0: A", "q2: A", "q4: A", "q0: B", "q2: B", "q4: B", "q0: A", "q2: A", "q4: A"]
    assert found["a"] == ["q0: A", "q2: A", "q4: A"] * 2


def test_a_member_that_teaches_itself_is_taught_nothing_of_others() -> None:
    members = before(a=graded(*"AAAAAA"), b=graded(*"BBBBAB"))
    assert taught(members, teacher="self", keep="right") == {"a": ["q0: A", "q2: A", "q4: A"], "b": ["q4: A"]}


def test_a_share_is_drawn_by_the_seed_and_keeps_the_order() -> None:
    lessons = [Lesson(Ask(text=str(number)), "A", 1.0) for number in range(10)]
    half = share(lessons, 0.5, 3)
    assert half == share(lessons, 0.5, 3) != share(lessons, 0.5, 4)
    assert half == sorted(half, key=lambda one: int(one.question.text))
    assert (len(half), share(lessons, 0.0, 3), share(lessons, 1.0, 3)) == (5, [], lessons)


@pytest.mark.parametrize(("scores", "mean"), [([1.0, None, 0.0], 0.5), ([None], 0.0), ([], 0.0)])
def test_what_is_unscored_is_left_out_of_a_score(scores: list[float | None], mean: float) -> None:
    assert score_of(scores) == mean
