"""An external scorer: a reward model or an HTTP service scores the answer, asked as a judge.

    judges: [{name: scorer, model: "http-score:perspective.json"}]
    grader: {use: external, options: {direction: lower}}

Its raw score goes from `low` to `high`; `direction` says which end is better; scores beyond an end count as that end.
The score of an answer is from 0, worst, to 1, best. A scorer that fails leaves the answer unscored. What an HTTP scorer
sends, and where its value is found, is in its file; see `agents/models/http_score.py`.
"""

from typing import Any, Literal

from ...agents import Answer, Team
from ...agents.errors import AgentFailed, BadScenario, CallFailed, DeadlineExceeded
from ..grading import Grade, judge_named
from ..task import Item


async def grade(
    item: Item,
    answer: Answer,
    judges: Team[Any] | None,
    *,
    judge: str | None = None,
    direction: Literal["higher", "lower"] = "higher",
    low: float = 0.0,
    high: float = 1.0,
) -> Grade:
    """The scorer's value on a scale from 0, worst, to 1, best; the part `raw` is the value itself."""
    if not low < high:
        raise BadScenario(f"external: low {low:g} is not below high {high:g}. Give the ends of the scorer's scale.")
    team, name = judge_named(judges, judge, where="external")
    try:
        raw = (await team.assess(name, item.ask(), answer.text)).value
    except (AgentFailed, CallFailed, DeadlineExceeded) as error:
        return Grade.unscored(f"{name}: {error}", reason="scorer_failed")
    share = min(1.0, max(0.0, (raw - low) / (high - low)))
    return Grade(score=share if direction == "higher" else 1 - share, parts={"raw": raw})
