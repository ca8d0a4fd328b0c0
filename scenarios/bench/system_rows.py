"""The systems of a bench against each other: wins over settings, cost against score, and the power of each test."""

from collections.abc import Sequence
from statistics import fmean

from ...agents.frozen import Frozen
from ...evaluators.equal_tokens import size
from ...evaluators.sample import Sample
from ...evaluators.statistics.intervals import score_interval
from ...evaluators.statistics.pareto import front
from ...evaluators.statistics.power import POINTS, needed, paired_variance, smallest
from ...evaluators.statistics.win_matrix import win_matrix
from .results import Result
from .setting import Setting, Span
from .table import BenchRow, cluster

BEST: str = "best single"
EQUAL: str = "equal tokens"


class WinRow(Frozen):
    """In how many settings one system scores higher than another; `p` is of the sign test, `share` that of wins.

    >>> WinRow(one="vote", other=BEST, wins=3, ties=0, losses=0, share=Span(value=1.0, low=0.44, high=1.0), p=0.25).wins
    3
    """

    one: str
    other: str
    wins: int
    ties: int
    losses: int
    share: Span
    p: float


class FrontRow(Frozen):
    """A system on a task: the tokens of a question, its score, and if it is on the Pareto front of the task.

    >>> score = Span(value=0.6, low=0.5, high=0.7)
    >>> FrontRow(task="sums", system="amber", kind="single", tokens=22.0, score=score, on_front=True).tokens
    22.0
    """

    task: str
    system: str
    kind: str
    tokens: float
    score: Span
    on_front: bool


class PowerRow(Frozen):
    """The difference to the best single model that would have been seen, and the questions that others need.

    `smallest` is seen with a probability of 0.8 at the 0.05 level, as a share of the range of scores. `needed_1`,
    `needed_3` and `needed_5` are the questions that show 1, 3 and 5 points. `variance` is that of one question.

    >>> common = {"task": "sums", "team": "pair", "protocol": "vote", "questions": 120, "variance": 0.2}
    >>> PowerRow(**common, smallest=smallest(120, 0.2), needed_1=15698, needed_3=1745, needed_5=628).needed_5
    628
    """

    task: str
    team: str
    protocol: str
    questions: int
    variance: float
    smallest: float
    needed_1: int
    needed_3: int
    needed_5: int


def win_rows(rows: Sequence[BenchRow]) -> list[WinRow]:
    """Every protocol, the best single model and its equal in tokens against every other, over (team, task)."""
    scores: dict[str, dict[str, float]] = {}
    for row in rows:
        setting = f"{row.task}/{row.team}"
        for name, value in ((row.protocol, row.value), (BEST, row.best_single)):
            if value is not None:
                scores.setdefault(name, {}).setdefault(setting, value)
    return [
        WinRow(
            one=found.one,
            other=found.other,
            wins=found.wins,
            ties=found.ties,
            losses=found.losses,
            share=Span.of(found.share),
            p=found.p,
        )
        for found in win_matrix(scores)
    ]


def front_rows(settings: Sequence[Setting]) -> list[FrontRow]:
    """Protocols, single models and the best of these at equal tokens, by task and cost."""
    found = []
    for task in dict.fromkeys(one.task for one in settings):
        points = [point for one in settings if one.task == task for point in points_of(one)]
        unique = list({(point.system, point.tokens, point.score.value): point for point in points}.values())
        held = {str(at): (one.tokens, one.score.value or 0.0) for at, one in enumerate(unique)}
        kept = set(front(held))
        marked = [one.model_copy(update={"on_front": str(at) in kept}) for at, one in enumerate(unique)]
        found += sorted(marked, key=lambda one: (one.tokens, one.system))
    return found


def points_of(setting: Setting) -> list[FrontRow]:
    """The systems of one setting."""
    singles: dict[str, list[list[Sample]]] = {}
    for one in setting.by_seed:
        for name, samples in one.singles.items():
            singles.setdefault(name, []).append(list(samples))
    found = [point(setting, name, "single", samples) for name, samples in singles.items()]
    for protocol, results in setting.protocols.items():
        mine = [list(one.samples) for one in results]
        found.append(point(setting, setting.system(protocol), "protocol", mine))
    found += equal_tokens(setting)
    return [one for one in found if one is not None]


def equal_tokens(setting: Setting) -> list[FrontRow]:
    """The best single model at the tokens of each protocol."""
    found = []
    for protocol, results in setting.protocols.items():
        rows = [row for one in results for row in one.report.rows if row.kind == "equal_budget"]
        rows = [row for row in rows if row.metric == rows[0].metric and row.value is not None]
        if rows:
            asked = sum(row.scored + row.unscored for row in rows)
            spent = sum(row.prompt_tokens + row.completion_tokens for row in rows)
            span = Span(value=fmean(row.value or 0.0 for row in rows), low=None, high=None)
            name = f"{EQUAL} as {setting.system(protocol)}"
            found.append(
                FrontRow(
                    task=setting.task,
                    system=name,
                    kind="equal_budget",
                    tokens=spent / asked,
                    score=span,
                    on_front=False,
                )
            )
    return found


def point(setting: Setting, name: str, kind: str, seeds: Sequence[Sequence[Sample]]) -> FrontRow | None:
    """A system's tokens and score over seeds; None without a score."""
    samples = [sample for one in seeds for sample in one]
    scored = [sample for sample in samples if sample.score is not None]
    if not scored:
        return None
    clusters = [cluster(one, len(seeds) > 1) for one in scored]
    score = score_interval([one.score or 0.0 for one in scored], clusters, graded=setting.results[0].cell.graded)
    tokens = fmean(size(one.usage) for one in samples)
    return FrontRow(task=setting.task, system=name, kind=kind, tokens=tokens, score=Span.of(score), on_front=False)


def power_rows(setting: Setting) -> list[PowerRow]:
    """The resolution of each protocol's comparison with the best single model; none without two questions."""
    found = []
    for protocol, results in setting.protocols.items():
        gaps, clusters = gaps_of(setting, results)
        units = {("item", at) if name is None else ("cluster", name) for at, name in enumerate(clusters)}
        if len(units) < 2:
            continue
        variance = paired_variance(gaps, clusters)
        one, three, five = (needed(points, variance) for points in POINTS)
        found.append(
            PowerRow(
                task=setting.task,
                team=setting.team,
                protocol=protocol,
                questions=len(gaps),
                variance=variance,
                smallest=smallest(len(gaps), variance),
                needed_1=one,
                needed_3=three,
                needed_5=five,
            )
        )
    return found


def gaps_of(setting: Setting, results: Sequence[Result]) -> tuple[list[float], list[str | None]]:
    """The paired difference to the best single model of each question, a mean over its seeds, and its cluster."""
    gaps: dict[str, list[float]] = {}
    clusters: dict[str, str | None] = {}
    for one in results:
        for other, ours in zip(one.singles.get(one.best or "", ()), one.samples, strict=False):
            before, after = setting.share(other), setting.share(ours)
            if before is not None and after is not None:
                gaps.setdefault(ours.id, []).append(after - before)
                clusters[ours.id] = ours.cluster
    return [fmean(values) for values in gaps.values()], [clusters[name] for name in gaps]
