"""What each member of a team made of each dev question, for protocols that route questions to members."""

from collections.abc import Sequence
from statistics import fmean
from typing import Any, NamedTuple

from .objective import Objective
from .team import Team


class Outcomes(NamedTuple):
    """Dev questions that all members have a score on, and by member its score, its tokens, and its utility on each.

    >>> found = Outcomes(("2 + 2?",), {"amber": (1.0,), "blue": (1.0,)}, {"amber": (500,), "blue": (200,)}, price=0.5)
    >>> found.utilities["amber"], found.best, found.tokens
    ((0.75,), 'blue', {'amber': 500.0, 'blue': 200.0})
    """

    questions: tuple[str, ...]
    scores: dict[str, tuple[float, ...]]
    written: dict[str, tuple[int, ...]]
    price: float = 0.0

    @property
    def utilities(self) -> dict[str, tuple[float, ...]]:
        """The scores less `price` for every 1,000 generated tokens."""
        return {
            name: tuple(
                score - self.price * tokens / 1000 for score, tokens in zip(scores, self.written[name], strict=True)
            )
            for name, scores in self.scores.items()
        }

    @property
    def tokens(self) -> dict[str, float]:
        """The mean number of generated tokens of each member."""
        return {name: fmean(written) for name, written in self.written.items()}

    def only(self, rows: Sequence[int]) -> "Outcomes":
        """The outcomes on the questions at these positions."""
        return Outcomes(
            tuple(self.questions[at] for at in rows),
            {name: tuple(scores[at] for at in rows) for name, scores in self.scores.items()},
            {name: tuple(written[at] for at in rows) for name, written in self.written.items()},
            self.price,
        )

    @property
    def best(self) -> str:
        """The member of the highest mean utility; of equals, who wrote less, then the first."""
        tokens, utilities = self.tokens, self.utilities
        return max(utilities, key=lambda name: (fmean(utilities[name]), -tokens[name]))


async def outcomes(team: Team[Any], dev: Objective, price: float = 0.0) -> Outcomes:
    """The outcomes of each member alone on the dev questions. Questions that a call failed on are left out."""
    graded = {name: await dev.graded(team.only([name])) for name in team}
    rows = [at for at, row in enumerate(zip(*graded.values(), strict=True)) if None not in {one.score for one in row}]
    scores, written = {}, {}
    for name, found in graded.items():
        scores[name] = tuple(found[at].score or 0.0 for at in rows)
        written[name] = tuple(one.usage.completion_tokens if (one := found[at].answer) else 0 for at in rows)
    return Outcomes(tuple(dev.questions[at].text for at in rows), scores, written, price)
