"""What each member of a team made of each dev question."""

import pytest
from symposia.agents import Team
from symposia.agents.models.scripted import Scripted
from symposia.agents.outcomes import Outcomes, outcomes
from symposia.tests.support.doubles import Tabled


async def test_a_question_that_any_call_failed_on_is_left_out() -> None:
    dev = Tabled(["one", "two", "three"], {"a": [1.0, None, 0.0], "b": [0.0, 1.0, 1.0]}, {"a": 1000, "b": 200})
    found = await outcomes(Team({"a": Scripted(), "b": Scripted()}), dev, price=0.5)
    assert found == Outcomes(
        ("one", "three"), {"a": (1.0, 0.0), "b": (0.0, 1.0)}, {"a": (1000, 1000), "b": (200, 200)}, 0.5
    )
    assert found.utilities == {"a": (0.5, -0.5), "b": (-0.1, 0.9)}


@pytest.mark.parametrize(
    ("scores", "tokens", "best"),
    [(((1.0,), (0.0,)), (9, 3), "a"), (((1.0,), (1.0,)), (9, 3), "b"), (((1.0,), (1.0,)), (3, 3), "a")],
)
def test_the_best_is_of_the_highest_utility_then_who_wrote_less_then_the_first(
    scores: tuple[tuple[float], tuple[float]], tokens: tuple[int, int], best: str
) -> None:
    first, second = tokens
    found = Outcomes(("?",), dict(zip("ab", scores, strict=True)), {"a": (first,), "b": (second,)})
    assert found.best == best


def test_some_of_the_questions() -> None:
    found = Outcomes(("one", "two"), {"a": (1.0, 0.0)}, {"a": (7, 8)}, 0.1)
    assert found.only([1]) == Outcomes(("two",), {"a": (0.0,)}, {"a": (8,)}, 0.1)
