"""The loop of every search: who is scored, how exactly, and which candidate wins."""

from collections.abc import Mapping, Sequence

import pytest
from symposia.agents.errors import BadScenario
from symposia.agents.objective import PartialScore, ScoreBand
from symposia.trainers.search.found import Vector, both, search


class Rounds:
    """A search that asks for given candidates, round by round."""

    def __init__(self, *rounds: Sequence[float], idle: Mapping[int, ScoreBand] | None = None) -> None:
        self.rounds = list(rounds)
        self.idles = idle or {}
        self.told: list[Mapping[int, float | PartialScore]] = []

    @property
    def done(self) -> bool:
        return len(self.told) == len(self.rounds)

    def ask(self) -> Mapping[int, Vector]:
        return {number: (value,) for number, value in enumerate(self.rounds[len(self.told)])}

    def idle(self, number: int) -> ScoreBand | None:
        return self.idles.get(number)

    def tell(self, scores: Mapping[int, float | PartialScore]) -> None:
        self.told.append(scores)


class Scores:
    """Scores by a table, else a candidate's own number; notes what was asked."""

    def __init__(self, known: Mapping[float, float | PartialScore] | None = None) -> None:
        self.known = known or {}
        self.asked: list[Mapping[Vector, ScoreBand | None]] = []

    async def __call__(self, vectors: Mapping[Vector, ScoreBand | None]) -> list[float | PartialScore]:
        self.asked.append(vectors)
        return [self.known.get(value, value) for (value,) in vectors]


async def test_the_first_of_equal_candidates_wins() -> None:
    found = await search(Rounds([1.0, 2.0, 3.0], [4.0]), Scores({2.0: 9.0, 3.0: 9.0, 4.0: 9.0}))
    assert (found.best, found.score, found.scored) == ((2.0,), 9.0, 4)


async def test_what_was_scored_is_not_scored_again_and_told_again() -> None:
    rounds, score = Rounds([1.0, 2.0], [2.0, 2.0, 3.0], [1.0]), Scores()
    await search(rounds, score)
    assert [list(asked) for asked in score.asked] == [[(1.0,), (2.0,)], [(3.0,)]]
    assert rounds.told == [{0: 1.0, 1: 2.0}, {0: 2.0, 1: 2.0, 2: 3.0}, {0: 1.0}]


async def test_a_partial_score_is_enough_where_it_changes_nothing_and_never_wins() -> None:
    rounds = Rounds([1.0, 2.0], [1.0, 2.0], idle={0: ScoreBand(high=5.0)})
    score = Scores({1.0: PartialScore(0.0, 4.0, 3)})
    found = await search(rounds, score)
    assert len(score.asked) == 1
    assert score.asked[0] == {(1.0,): ScoreBand(high=5.0), (2.0,): None}
    assert (found.best, found.score) == ((2.0,), 2.0)


async def test_a_partial_score_that_may_change_something_is_made_exact() -> None:
    class Closer(Scores):
        async def __call__(self, vectors: Mapping[Vector, ScoreBand | None]) -> list[float | PartialScore]:
            await super().__call__(vectors)
            return [PartialScore(0.0, 4.0, 3) if len(self.asked) == 1 else 3.0 for _ in vectors]

    class Narrowing(Rounds):
        def idle(self, number: int) -> ScoreBand | None:
            return ScoreBand(high=5.0 if not self.told else 2.0)

    score = Closer()
    found = await search(Narrowing([1.0], [1.0]), score)
    assert len(score.asked) == 2
    assert (found.best, found.score) == ((1.0,), 3.0)


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (ScoreBand(0.0, 2.0), ScoreBand(1.0, 3.0), ScoreBand(1.0, 2.0)),
        (None, ScoreBand(1.0, 3.0), None),
        (ScoreBand(1.0, 3.0), None, None),
    ],
)
def test_scores_that_change_nothing_for_two_are_in_both_bands(
    one: ScoreBand | None, other: ScoreBand | None, common: ScoreBand | None
) -> None:
    assert both(one, other) == common


@pytest.mark.parametrize(("rounds", "count"), [((), 0), (([],), 0), (([3.0],), 1)])
async def test_a_search_without_a_candidate_scored_in_full_has_no_best(
    rounds: Sequence[Sequence[float]], count: int
) -> None:
    partly = Scores({3.0: PartialScore(0.0, 1.0, asked=1)})
    with pytest.raises(BadScenario) as raised:
        await search(Rounds(*rounds, idle={0: ScoreBand(0.0, 1.0)}), partly)
    assert str(raised.value) == (
        f"search: ended with none of {count} candidates scored in full, so none is best. "
        "Give it one to begin with, and one round."
    )
