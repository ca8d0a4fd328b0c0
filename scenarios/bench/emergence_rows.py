"""Emergence in a bench: what a protocol solves and no member does, and what as many samples of the members solve."""

from collections.abc import Iterator, Sequence
from math import ceil
from statistics import fmean
from typing import Any

from ...agents.frozen import Frozen
from ...evaluators.equal_tokens import size, tokens
from ...evaluators.sample import Sample
from ...evaluators.statistics.emergence import Emergence, Tried, emergence, vote_of
from ...evaluators.statistics.pass_at_k import pass_at_k
from .results import Result
from .setting import Setting, Span
from .table import cluster


class EmergenceRow(Frozen):
    """The shares of questions in which a protocol solves what no member of its team does, in a setting.

    `samples` is how often each member was asked to find that out, its own answer besides. `of_failed` is E1, over the
    `failed` questions that no member solved, `of_all` is E2. The null control is `null_calls` further samples, as
    many as the protocol's tokens pay for (`null_paid` of them, if there are enough): E1 of their most frequent answer,
    and of any of them. `beyond_vote` and `beyond_any` are E1 minus the null's. `left_out` questions are not scored.

    >>> none = Span(value=None, low=None, high=None)
    >>> common = {"task": "sums", "team": "pair", "protocol": "vote", "samples": 5, "threshold": 1.0}
    >>> counts = {"questions": 10, "left_out": 0, "failed": 0, "emergent": 0}
    >>> EmergenceRow(**common, **counts, of_failed=none, of_all=none).null_calls is None
    True
    """

    task: str
    team: str
    protocol: str
    samples: int
    threshold: float
    questions: int
    left_out: int
    failed: int
    emergent: int
    of_failed: Span
    of_all: Span
    null_calls: int | None = None
    null_paid: float | None = None
    null_vote: float | None = None
    null_any: float | None = None
    beyond_vote: Span | None = None
    beyond_any: Span | None = None


def emergence_rows(setting: Setting, threshold: float) -> list[EmergenceRow]:
    """A row for each protocol; none where single models were not asked, or scores have no greatest one."""
    if setting.bounds is None:
        return []
    found = (row(setting, name, results, threshold) for name, results in setting.protocols.items())
    return [one for one in found if one is not None]


def row(setting: Setting, protocol: str, results: Sequence[Result], threshold: float) -> EmergenceRow | None:
    """The row of one protocol."""
    whole = [one for one in results if one.singles and set(one.singles) == set(setting.members)]
    if not whole:
        return None
    paid = price(setting, whole)
    tried = [one for result in whole for one in questions(setting, result, threshold, paid, several=len(whole) > 1)]
    kept = [one for one in tried if one is not None]
    found = emergence(kept)
    times = samples_of(setting, whole[0])
    return EmergenceRow(
        task=setting.task,
        team=setting.team,
        protocol=protocol,
        samples=times,
        threshold=threshold,
        questions=found.questions,
        left_out=len(tried) - len(kept),
        failed=found.failed,
        emergent=found.emergent,
        of_failed=Span.of(found.of_failed),
        of_all=Span.of(found.of_all),
        **({} if paid is None else null(found, paid, times * len(setting.members))),
    )


def null(found: Emergence, paid: float, pool: int) -> dict[str, Any]:
    """The fields of the null control."""
    return {
        "null_calls": min(pool, ceil(paid)),
        "null_paid": paid,
        "null_vote": found.vote,
        "null_any": found.one_of,
        "beyond_vote": None if found.beyond_vote is None else Span.of(found.beyond_vote),
        "beyond_any": None if found.beyond_one_of is None else Span.of(found.beyond_one_of),
    }


def price(setting: Setting, results: Sequence[Result]) -> float | None:
    """The samples of members that a question's tokens pay for; calls where tokens were not counted; None unsampled."""
    drawn = [sample for samples in setting.sampled.values() for sample in samples]
    asked = [sample for one in results for sample in one.samples]
    if not drawn or not asked:
        return None
    if tokens(drawn) and tokens(asked):
        return max(1.0, fmean(size(one.usage) for one in asked) / fmean(size(one.usage) for one in drawn))
    return max(1.0, fmean(one.usage.calls for one in asked))


def samples_of(setting: Setting, result: Result) -> int:
    """How often each member was asked to find what no member solves; 1 for its own answer alone."""
    drawn = [samples for (_, seed), samples in setting.sampled.items() if seed == result.cell.seed]
    asked = len(result.samples) // result.cell.plan.scenario.task.rollouts
    return min((len(samples) // asked // 2 for samples in drawn), default=1)


def questions(
    setting: Setting, result: Result, threshold: float, paid: float | None, *, several: bool
) -> Iterator[Tried | None]:
    """What became of each question of one seed; None where something has no score."""
    rollouts = result.cell.plan.scenario.task.rollouts
    for place, ours in enumerate(result.samples):
        drawn = drawn_for(setting, result, place // rollouts)
        if drawn is None and paid is not None:
            yield None
            continue
        defining, extra = drawn or ([], [])
        own = [setting.share(samples[place]) for samples in result.singles.values()]
        got = setting.share(ours)
        if got is None or None in own or (paid is not None and not extra):
            yield None
            continue
        by_member = any((one or 0.0) >= threshold for one in (*own, *(setting.share(one) for one in defining)))
        vote, one_of = (None, None) if paid is None else (0.0, 0.0)
        if paid is not None and not by_member:
            pool = [(one.parsed, (setting.share(one) or 0.0) >= threshold) for one in extra]
            calls = min(len(pool), ceil(paid))
            vote, one_of = vote_of(pool, calls, place), pass_at_k(len(pool), sum(right for _, right in pool), calls)
        yield Tried(got >= threshold, by_member, vote, one_of, cluster(ours, several))


def drawn_for(setting: Setting, result: Result, item: int) -> tuple[list[Sample], list[Sample]] | None:
    """The scored samples of all members for a question: the half that defines failing, and the null's half."""
    defining, extra = [], []
    for name in setting.members:
        samples = setting.sampled.get((name, result.cell.seed))
        if samples is None:
            return None
        times = len(samples) * result.cell.plan.scenario.task.rollouts // len(result.samples)
        here = samples[item * times : (item + 1) * times]
        defining += [one for one in here[: times // 2] if one.score is not None]
        extra += [one for one in here[times // 2 :] if one.score is not None]
    return defining, extra
