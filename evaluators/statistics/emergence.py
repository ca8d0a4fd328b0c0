"""Collaborative emergence: questions that a team solves and no member does, with its null control.

    E1 = solved by the team, by no member / solved by no member
    E2 = solved by the team, by no member / all questions

A question that all members failed may be one that they fail often, not always: another sample solves some of these. So
what no member solves is found by k samples of each, k at least 5, and E is compared with E of the null: as many further
samples of the members as the team's tokens pay for.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import fmean
from typing import Final, NamedTuple

from ...agents.errors import BadData
from .intervals import Interval, mean_interval

ENOUGH: Final = 5
"""The samples of each member below which "no member solves it" is a guess."""

DRAWS: Final = 200


class Tried(NamedTuple):
    """A question: if the team solved it, if a member did, and how likely the null solves it, None if not sampled.

    `vote` is the most frequent answer of the further samples, `one_of` any of them: an oracle chooses.

    >>> Tried(solved=True, by_member=False, vote=0.2, one_of=0.6).cluster is None
    True
    """

    solved: bool
    by_member: bool
    vote: float | None = None
    one_of: float | None = None
    cluster: Hashable | None = None


@dataclass(frozen=True)
class Emergence:
    """How often a team solves what no member does. All shares have 95 % intervals, those of `beyond` by bootstrap.

    `of_failed` is E1, `of_all` E2. `vote` and `one_of` are E1 of the null, and `beyond_vote` and `beyond_one_of` E1
    minus it: None where nothing was sampled.

    >>> found = emergence([Tried(True, False), Tried(False, False), Tried(True, True), Tried(False, True)])
    >>> found.emergent, found.failed, found.of_failed.value, found.of_all.value, found.vote
    (1, 2, 0.5, 0.25, None)
    """

    questions: int
    failed: int
    emergent: int
    of_failed: Interval
    of_all: Interval
    vote: float | None = None
    one_of: float | None = None
    beyond_vote: Interval | None = None
    beyond_one_of: Interval | None = None


def emergence(tried: Sequence[Tried], seed: int = 0) -> Emergence:
    """The emergence of these questions; intervals are over their clusters. `seed` is that of the bootstrap."""
    failed = [one for one in tried if not one.by_member]
    hits = [float(one.solved) for one in failed]
    everywhere = [float(one.solved and not one.by_member) for one in tried]
    found = Emergence(
        questions=len(tried),
        failed=len(failed),
        emergent=int(sum(hits)),
        of_failed=mean_interval(hits, [one.cluster for one in failed]),
        of_all=mean_interval(everywhere, [one.cluster for one in tried]),
    )
    if not failed or any(one.vote is None or one.one_of is None for one in failed):
        return found
    votes, ones = ([float(getattr(one, name)) for one in failed] for name in ("vote", "one_of"))
    clusters = [one.cluster for one in failed]
    return replace(
        found,
        vote=fmean(votes),
        one_of=fmean(ones),
        beyond_vote=beyond(hits, votes, clusters, seed),
        beyond_one_of=beyond(hits, ones, clusters, seed),
    )


def beyond(hits: Sequence[float], null: Sequence[float], clusters: Sequence[Hashable | None], seed: int) -> Interval:
    """The mean of hits minus the null's, with a bootstrap interval over clusters of questions."""
    from .resampling import cluster_bootstrap  # numpy, which most runs do without

    own: list[Hashable] = [("item", at) if name is None else ("cluster", name) for at, name in enumerate(clusters)]
    return cluster_bootstrap([hit - chance for hit, chance in zip(hits, null, strict=True)], own, seed=seed)


def vote_of(answers: Sequence[tuple[str | None, bool]], calls: int, seed: int = 0) -> float:
    """How likely the most frequent of `calls` answers, drawn from these (parsed, right) without return, is right.

    Replies without an answer do not vote; of equally frequent answers the first drawn wins.

    >>> vote_of([("4", True), ("4", True), ("5", False)], 3), vote_of([("4", True), ("5", False)], 1) < 1
    (1.0, True)
    """
    if not 1 <= calls <= len(answers):
        raise BadData(f"null control: {calls} calls of {len(answers)} samples. It needs 1 <= calls <= samples.")
    random, total = Random(seed), 0
    for _ in range(DRAWS):
        drawn = [one for one in random.sample(list(answers), calls) if one[0] is not None]
        if drawn:
            first = Counter(parsed for parsed, _ in drawn).most_common(1)[0][0]
            total += next(right for parsed, right in drawn if parsed == first)
    return total / DRAWS
