"""The reliability of a run's judge, from the samples that it judged: what every report on judged answers says."""

from collections.abc import Sequence
from math import log
from statistics import fmean

from ...agents.accounting import Usage
from ...agents.errors import BadData
from ..sample import Sample
from ..statistics.agreement import cohen_kappa, powered_mean
from ..statistics.intervals import Interval
from ..statistics.pair_bias import length_slope, pair_bias, share
from .facts import Fact, number, percent
from .games import games_of
from .pairwise import FIRST, SECOND

INVALID: str = ": invalid"
FAILED: str = ": failed"


def reliability(samples: Sequence[Sample], bounds: tuple[float, float]) -> list[Fact]:
    """The facts on a judge of these samples, whose scores are within bounds. Empty where it judged nothing."""
    judged = [sample for sample in samples if sample.judging is not None]
    if not judged:
        return []
    asked, invalid, failed = counted(judged)
    found = [
        Fact("verdicts", str(asked)),
        Fact("unparsed", percent(share(invalid, asked))),
        *([Fact("judge failed", str(failed))] if failed else []),
    ]
    if pairwise(judged):
        found += order(judged)
    else:
        found.append(Fact("length slope of the score", number(score_slope(judged, bounds))))
    return [*found, *labelled(judged, bounds), cost(judged)]


def pairwise(samples: Sequence[Sample]) -> bool:
    """True if samples were judged in pairs."""
    return any(name.endswith((FIRST, SECOND)) for sample in samples for name in sample.parts)


def counted(samples: Sequence[Sample]) -> tuple[int, int, int]:
    """The numbers of verdicts that were asked for, of invalid ones, and of those at which the judge failed.

    A verdict is a game of a pair, or else the answer to a turn.
    """
    asked = invalid = failed = 0
    for sample in samples:
        said = sample.verdict or ""
        games = [part for part in (FIRST, SECOND) for _ in range(said.count(f"{part}: "))]
        turns = 1 + len(sample.earlier)
        if games:
            asked += len(games)
            invalid += said.count(INVALID)
            failed += said.count(FAILED)
            continue
        scored = sum(f"turn {turn}" in sample.parts for turn in range(1, turns + 1)) if turns > 1 else 0
        missing = turns - scored if turns > 1 else int(sample.score is None)
        asked += turns
        failed += missing if sample.reason in ("judge_failed", "scorer_failed") else 0
        invalid += 0 if sample.reason in ("judge_failed", "scorer_failed") else missing
    return asked, invalid, failed


def order(samples: Sequence[Sample]) -> list[Fact]:
    """The facts on the places and the lengths of the answers in a pair."""
    games = games_of(samples)
    bias = pair_bias([(one.first, one.second) for one in games if one.first is not None and one.second is not None])
    consistent = bias.consistency
    odd = Interval(*(None if one is None else 1 - one for one in (consistent.value, consistent.high, consistent.low)))
    slope = length_slope([fmean(one.values) for one in games if one.values], [one.gap for one in games if one.values])
    return [
        Fact("inconsistent in the two orders", percent(odd)),
        Fact("first place wins", percent(bias.first_slot)),
        Fact("preference fairness", "none" if bias.fairness is None else f"{bias.fairness:+.3f}"),
        Fact("ties", percent(bias.ties)),
        Fact("length slope of the verdict", number(slope)),
    ]


def score_slope(samples: Sequence[Sample], bounds: tuple[float, float]) -> Interval:
    """The slope of scores, as shares of their range, on the logarithm of the answer's length in characters."""
    low, high = bounds
    kept = [one for one in samples if one.score is not None]
    return length_slope(
        [((one.score or 0.0) - low) / (high - low) for one in kept], [log(1 + len(one.output)) for one in kept]
    )


def labelled(samples: Sequence[Sample], bounds: tuple[float, float]) -> list[Fact]:
    """The agreement with people's labels (the gold's `label`, on the scale of the score), and the corrected mean."""
    kept = [(one.score, label_of(one)) for one in samples if one.score is not None]
    pairs = [(score, label) for score, label in kept if label is not None]
    if not pairs:
        return []
    kinds = [(kind(score, bounds), kind(label, bounds)) for score, label in pairs]
    raw = share(sum(one == other for one, other in kinds), len(kinds))
    kappa = cohen_kappa([one for one, _ in kinds], [other for _, other in kinds])
    found = [Fact("kappa with labels", f"{number(kappa)}, n {len(pairs)}; they agree on {percent(raw)}")]
    others = [score for score, label in kept if label is None]
    try:
        mean = powered_mean(others, [label for _, label in pairs], [score for score, _ in pairs])
    except BadData:
        return found
    return [*found, Fact("mean score corrected by labels", number(mean))]


def label_of(sample: Sample) -> float | None:
    """A person's score of this sample, where the gold has one."""
    found = sample.gold.get("label") if isinstance(sample.gold, dict) else None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def kind(score: float, bounds: tuple[float, float]) -> int:
    """The class of a score for agreement: loss, tie or win where scores are shares, else the nearest whole number."""
    return (score > 0.5) - (score < 0.5) if bounds == (0.0, 1.0) else round(score)


def cost(samples: Sequence[Sample]) -> Fact:
    """The cost of judging these samples."""
    return Fact("cost", spent(sum((one.judging for one in samples if one.judging is not None), Usage())))


def spent(usage: Usage) -> str:
    """A usage for readers.

    >>> spent(Usage(prompt_tokens=1200, completion_tokens=34, calls=5, cost=0.5))
    '5 calls, 1,234 tokens, 0.5000 US dollars'
    """
    price = "" if usage.cost is None else f", {usage.cost:.4f} US dollars"
    return f"{usage.calls:,} calls, {usage.prompt_tokens + usage.completion_tokens:,} tokens{price}"
