"""What a router learns from the scores of all members on dev."""

from symposia.agents import Ask, Team
from symposia.agents.models.scripted import Scripted
from symposia.tests.support.doubles import Tabled
from symposia.trainers.finetuning.routing import DevScores, Routing
from symposia.trainers.heads.router_rows import best_labels, in_turn, rows, shuffled

SCORES = {"amber": [1.0, 0.0, 1.0, 0.0, None], "blue": [0.0, 1.0, 1.0, 0.0, 1.0], "coral": [0.0, 0.0, 0.0, 0.0, 0.0]}
KNOWN = DevScores([Ask(text=text) for text in "abcde"], SCORES)


async def test_scores_are_measured_of_the_members_that_answer() -> None:
    dev = Tabled(list("abcde"), SCORES)
    team = Team({name: Scripted() for name in ("judge", *SCORES)})
    assert await DevScores.measured(team, dev, ("amber", "blue")) == DevScores(
        dev.questions, {name: SCORES[name] for name in ("amber", "blue")}
    )


def test_picks_score_what_the_member_picked_scored_and_failed_calls_are_left_out() -> None:
    assert KNOWN.of({0: "amber", 1: "amber", 4: "amber"}) == 0.5
    assert KNOWN.best([0, 1, 2]) == "amber"
    assert KNOWN.best([1, 2]) == "blue"
    assert KNOWN.oracle([0, 1, 2, 3, 4]) == 0.8


def test_labels_are_all_best_members_or_the_first_and_nothing_where_scores_do_not_differ() -> None:
    assert KNOWN.right([0, 2, 3, 4], "shared", None) == [("Model 1",), ("Model 1", "Model 2"), (), ()]
    assert KNOWN.right([0, 2, 3, 4], "first", None) == [("Model 1",), ("Model 1",), (), ()]


def test_the_control_deals_the_same_labels_out_to_the_questions_that_teach() -> None:
    right = best_labels({"amber": [1.0, 0.0] * 20, "blue": [0.0, 1.0] * 19 + [0.0, 0.0]})
    dealt = shuffled(right, 7)
    assert dealt != right
    assert sorted(dealt) == sorted(right)
    assert [bool(one) for one in dealt] == [bool(one) for one in right]


def test_members_that_share_the_best_score_are_taught_as_often_as_their_rows_weigh() -> None:
    right = best_labels({name: scores[:4] for name, scores in SCORES.items()})
    taught = in_turn("abcd", right, 6)
    weights = {(row["prompt"], row["completion"]): row["weight"] for row in rows(list("abcd"), {**FOUR})}
    assert {pair: taught.count(pair) / 6 for pair in taught} == weights


FOUR = {name: scores[:4] for name, scores in SCORES.items()}


def test_a_lesson_is_the_prompt_that_the_router_will_read_and_a_label() -> None:
    how = Routing({"blue": "adds"})
    (first, second) = KNOWN.lessons([1], KNOWN.right([1], "shared", None), 2, how)
    assert first == second
    assert first.text == "Model 2"
    assert "2. blue: adds\n" in first.question.render()


async def test_picks_are_the_routers_choices_and_the_default_where_it_names_nobody() -> None:
    team = Team({"router": Scripted("Model 3", "nobody")})
    assert await KNOWN.picks(team, "router", [0, 1], Routing(), "blue") == {0: "coral", 1: "blue"}
