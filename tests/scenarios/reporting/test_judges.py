"""The section on judges: what it says of control replies."""

from symposia.agents.accounting import Usage
from symposia.evaluators.judging.controls import Control
from symposia.scenarios.reporting.judges import controlled


def said(*scores: tuple[float | None, ...]) -> str:
    controls = [Control(f"c{at}", one, 1.0, Usage(calls=1)) for at, one in enumerate(scores)]
    return {fact.name: fact.value for fact in controlled(controls)}["controls"]


def test_a_control_that_no_judge_scored_is_not_at_the_floor() -> None:
    assert said((None, None), (None,)) == "none was scored"
    assert said((1.0, None), (None, None)) == "those that were scored are at the floor; unscored: c1"
    assert said((2.0, None), (None, None)) == "FLAGGED: c0 got more than 1; unscored: c1"
    assert said((1.0, 1.0), (1.0, None)) == "all at the floor"
