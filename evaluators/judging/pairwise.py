"""Comparison of an answer with a baseline's, in both orders, since judges favour a place.

A game is one comparison in one order. Its value is from 0, the answer clearly loses, to 1, it clearly wins; 0.5 is a
tie, and None an invalid verdict, which drops that game alone. The parts of a grade hold the values of its two games.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import fmean
from typing import Final, NamedTuple

from ...agents.errors import SymposiaError
from ..evaluator import QUESTION_FAILS
from ..grading import Grade

FIRST: Final = "answer first"
SECOND: Final = "answer second"
"""The parts of a grade: the values of the games in which the answer was shown first, and second."""


class Game(NamedTuple):
    """The value of a game for the answer, the verdict in a few words, and the error of a judge that failed.

    The value is None where the verdict is invalid or the judge failed.

    >>> Game(0.75, "A>B").value
    0.75
    """

    value: float | None
    verdict: str
    error: SymposiaError | None = None


Play = Callable[[str, str, bool], Awaitable[Game]]
"""Plays a game of two answers in the order shown; the last argument is True where the answer is shown first."""


async def both_orders(play: Play, answer: str, baseline: str) -> dict[str, Game]:
    """The games of an answer against a baseline's, one in each order, the baseline first at first."""
    return {
        SECOND: await played(play, baseline, answer, first=False),
        FIRST: await played(play, answer, baseline, first=True),
    }


async def one_order(play: Play, answer: str, baseline: str, *, first: bool) -> dict[str, Game]:
    """The only game of an answer against a baseline's, in this order."""
    shown = (answer, baseline) if first else (baseline, answer)
    return {FIRST if first else SECOND: await played(play, *shown, first=first)}


async def played(play: Play, one: str, other: str, *, first: bool) -> Game:
    """A game; one at which the judge fails has no value, and the other order counts alone."""
    try:
        return await play(one, other, first)
    except QUESTION_FAILS as error:
        return Game(None, "failed", error)


def graded(
    games: Mapping[str, Game], score: Callable[[Sequence[float]], float] = fmean, *, judge: str, needed: int = 1
) -> Grade:
    """The grade of an answer from its games: `score` of the valid ones, unscored where fewer than `needed` are.

    Raises the judge's error where it failed at all of them.
    """
    said = "; ".join(f"{place}: {game.verdict}" for place, game in games.items())
    valid = {place: game.value for place, game in games.items() if game.value is not None}
    errors = [game.error for game in games.values() if game.error is not None]
    if len(errors) == len(games):
        raise errors[0]
    if len(valid) < needed:
        why = f"{judge}: {len(valid)} of {len(games)} games have a valid verdict, and {needed} are needed."
        return Grade.unscored(why, reason="judge_failed" if errors else "invalid_verdict", verdict=said)
    return Grade(score=score(list(valid.values())), parts=valid, verdict=said)
