"""What has to hold of the reproduction: the acceptance tests T1 to T6, as pure functions of what was measured."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

GREEDY: Final = "scripted, greedy"
SAMPLED: Final = "scripted, sampled"
STRANGE: Final = "learned, greedy"


class Made(NamedTuple):
    """The outcome of a training: its arm and seed, the summaries by condition as JSON-able data, and success by step.

    >>> Made("single", 0, {"scripted, greedy": {"success": {"value": 0.4}}}, []).success()
    0.4
    """

    arm: str
    seed: int
    summaries: Mapping[str, Any]
    curve: Sequence[tuple[int, float]]
    seconds: float = 0.0

    def success(self, condition: str = GREEDY) -> float:
        """The mean success under a condition."""
        return float(self.summaries[condition]["success"]["value"])

    def asks(self, missing: int, condition: str = GREEDY) -> float:
        """The mean number of questions where so many slots are missing; keys are texts after JSON."""
        asks = self.summaries[condition]["asks"]
        return float(asks.get(missing, asks.get(str(missing))))


class Check(NamedTuple):
    """Something that has to hold, and whether it does.

    >>> Check("T1 demonstrations succeed in 0.42 to 0.54", True).holds
    True
    """

    name: str
    holds: bool


Holds = Callable[[Made], bool]

EACH: Final[Sequence[tuple[str, tuple[str, ...], Holds]]] = (
    ("T1 demonstrations succeed in 0.42 to 0.54", ("sft",), lambda one: 0.42 <= one.success(SAMPLED) <= 0.54),
    ("T2 multiturn reward succeeds in 0.95 or more", ("mr_grpo", "mr_dpo"), lambda one: one.success() >= 0.95),
    (
        "T2 multiturn reward asks where something is missing, and not where nothing is",
        ("mr_grpo", "mr_dpo"),
        lambda one: one.asks(0) <= 0.1 and one.asks(1) >= 0.9 and one.asks(2) >= 1.8,
    ),
    (
        "T2 multiturn reward takes 7.5 to 8.5 tokens",
        ("mr_grpo", "mr_dpo"),
        lambda one: 7.5 <= one.summaries[GREEDY]["tokens"] <= 8.5,
    ),
    ("T3 single-turn reward succeeds in 0.47 or less", ("single",), lambda one: one.success() <= 0.47),
    (
        "T3 single-turn reward never asks",
        ("single",),
        lambda one: max(one.asks(missing) for missing in range(3)) <= 0.1,
    ),
    (
        "T5 multiturn reward succeeds in 0.70 of samples at step 40",
        ("mr_grpo",),
        lambda one: dict(one.curve)[40] >= 0.70,
    ),
    ("T6 another user's goal teaches nothing", ("stranger",), lambda one: one.success() <= 0.5),
    ("T6 rewarded for questions alone it asks where nothing is missing", ("judge",), lambda one: one.asks(0) >= 0.9),
)
"""What holds of every training of these arms."""


def checks(made: Sequence[Made], *, gain: float = 0.45) -> list[Check]:
    """The acceptance tests of these trainings with their outcomes, of the arms that were trained.

    `gain` is the least that the multiturn reward has to gain in success over the single-turn one.
    """
    found = []
    for name, arms, holds in EACH:
        of = [one for one in made if one.arm in arms]
        if of:
            found.append(Check(name, all(holds(one) for one in of)))
    for condition, whose in ((GREEDY, "the user they trained with"), (STRANGE, "a user that nobody trained with")):
        gains = gains_of(made, condition)
        if gains:
            name = f"T4 multiturn reward gains {gain} or more over single-turn reward with {whose}, for 2 of 3 seeds"
            found.append(Check(name, 3 * sum(one >= gain for one in gains) >= 2 * len(gains)))
    return found


def gains_of(made: Sequence[Made], condition: str) -> list[float]:
    """The gain of the multiturn over the single-turn reward, by seed."""
    of = {(one.arm, one.seed): one.success(condition) for one in made}
    return [of[arm, seed] - of["single", seed] for arm, seed in of if arm == "mr_grpo" and ("single", seed) in of]
