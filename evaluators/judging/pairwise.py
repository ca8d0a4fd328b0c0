"""Comparison of an answer with a baseline's, in both orders, since judges favour a place.

A game is one comparison in one order. Its value is from 0, the answer clearly loses, to 1, it clearly wins; 0.5 is a
tie, and None an invalid verdict, which drops that game alone. The parts of a grade hold the values of its two games.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import fmean
from typing import Final, NamedTuple

from ..grading import Grade

FIRST: Final = "answer first"
SECOND: Final = "answer second"
"""The parts of a grade: the values of the games in which the answer was shown first, and second."""


class Game(NamedTuple):
    """The value of a game for the answer, None if the verdict was invalid, and the verdict in a few words.

    >>> Game(0.75, "A>B").value
    0.75
    """

    value: float | None
    verdict: str


Play = Callable[[str, str, bool], Awaitable[Game]]
"""Plays a game of two answers in the order shown; the last argument is True where the answer is shown first."""


async def both_orders(play: Play, answer: str, baseline: str) -> dict[str, Game]:
    """The games of an answer against a baseline's, one in each order, the baseline first at first."""
    return {SECOND: await play(baseline, answer, False), FIRST: await play(answer, baseline, True)}


async def one_order(play: Play, answer: str, baseline: str, *, first: bool) -> dict[str, Game]:
    """The only game of an answer against a baseline's, in this order."""
    shown = (answer, baseline) if first else (baseline, answer)
    return {FIRST if first else SECOND: await play(*shown, first)}


def graded(games: Mapping[str, Game], score: Callable[[Sequence[float]], float] = fmean, *, judge: str) -> Grade:
    """The grade of an answer from its games: `score` of the valid ones, unscored where none is."""
    said = "; ".join(f"{place}: {game.verdict}" for place, game in games.items())
    valid = {place: game.value for place, game in games.items() if game.value is not None}
    if not valid:
        return Grade.unscored(f"{judge}: no valid verdict in any game.", verdict=said)
    return Grade(score=score(list(valid.values())), parts=valid, verdict=said)
