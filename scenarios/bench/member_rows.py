"""The members of a bench's teams: whose errors go together, what more and more diverse members bring."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from ...agents.frozen import Frozen
from ...evaluators.equal_tokens import size
from ...evaluators.sample import Sample
from ...evaluators.statistics.error_correlation import error_pairs
from ...evaluators.statistics.scaling import Said, Subset, sizes, subsets
from .setting import Setting

VOTE, ORACLE, ONE = "a vote of members", "the oracle of members", "one member"


class ErrorRow(Frozen):
    """Two members of a team on a task: how alike their errors are; see `ErrorPair`.

    >>> pair = error_pairs({"amber": [1, 1, 0, 0], "blue": [1, 0, 1, 0]})[0]
    >>> ErrorRow(task="sums", **pair._asdict()).double_fault
    0.25
    """

    task: str
    one: str
    other: str
    questions: int
    phi: float | None
    disagreement: float
    double_fault: float
    expected: float


class ScalingRow(Frozen):
    """The mean score of a system over subsets of so many members, or over nested teams of this size.

    >>> ScalingRow(task="sums", system=VOTE, members=2, subsets=3, score=0.5, tokens=40.0).subsets
    3
    """

    task: str
    system: str
    members: int
    subsets: int
    score: float
    tokens: float


class DiversityRow(Frozen):
    """A subset of members on a task: how often two of them disagree, and their mean, vote and oracle.

    >>> diversity_row("sums", Subset(("amber", "blue"), 0.5, 0.5, 1.0, 0.8)).diversity
    0.8
    """

    task: str
    members: tuple[str, ...]
    diversity: float
    mean: float
    vote: float
    oracle: float


def error_rows(settings: Sequence[Setting], threshold: float) -> list[ErrorRow]:
    """Every pair of members on every task, once however many teams they are in."""
    found: dict[tuple[str, frozenset[str]], ErrorRow] = {}
    for setting in settings:
        shares = shares_of(setting)
        for pair in error_pairs(shares, threshold) if shares else ():
            key = setting.task, frozenset(setting.members[name] for name in (pair.one, pair.other))
            found.setdefault(key, ErrorRow(task=setting.task, **pair._asdict()))
    return list(found.values())


def shares_of(setting: Setting) -> dict[str, list[float]]:
    """The scores of members, from 0 to 1, on the questions that all have one for; empty without such."""
    rows = list(member_samples(setting))
    shares = {name: [setting.share(row[name]) or 0.0 for row in rows] for name in setting.members} if rows else {}
    return shares if len(shares) > 1 else {}


def member_samples(setting: Setting) -> Iterator[Mapping[str, Sample]]:
    """The members' own samples of each question of each seed, where all have a score."""
    for one in setting.by_seed:
        if set(one.singles) >= set(setting.members):
            for samples in zip(*(one.singles[name] for name in setting.members), strict=True):
                if all(setting.share(sample) is not None for sample in samples):
                    yield dict(zip(setting.members, samples, strict=True))


def scaling_rows(settings: Sequence[Setting]) -> tuple[list[ScalingRow], list[DiversityRow]]:
    """The scaling in number and in diversity, for each team that is no part of another one, of three members up."""
    number: list[ScalingRow] = []
    diverse: list[DiversityRow] = []
    for setting in largest(settings):
        said = said_by(setting)
        if len(said) > 2:
            found = subsets(said)
            number += [*by_number(setting, found), *by_team(setting, settings)]
            diverse += [diversity_row(setting.task, one) for one in found if one.diversity is not None]
    return number, diverse


def largest(settings: Sequence[Setting]) -> list[Setting]:
    """The settings whose team is no proper part of another team on the task; of equal teams the first."""
    found: list[Setting] = []
    for one in settings:
        mine = set(one.members.items())
        same = [set(other.members.items()) for other in settings if other.task == one.task]
        kept = [set(other.members.items()) for other in found if other.task == one.task]
        if not any(mine < other for other in same) and mine not in kept:
            found.append(one)
    return found


def said_by(setting: Setting) -> dict[str, list[Said]]:
    """What the members answered, with scores from 0 to 1."""
    rows = list(member_samples(setting))
    if not rows:
        return {}
    return {name: [Said(row[name].parsed, setting.share(row[name]) or 0.0) for row in rows] for name in setting.members}


def by_number(setting: Setting, found: Sequence[Subset]) -> list[ScalingRow]:
    """The curves of the members' own answers: one of them, their vote, their oracle."""
    each = fmean(size(sample.usage) for row in member_samples(setting) for sample in row.values())
    return [
        ScalingRow(
            task=setting.task,
            system=system,
            members=one.members,
            subsets=one.subsets,
            score=getattr(one, name),
            tokens=each * (1 if system == ONE else one.members),
        )
        for system, name in ((ONE, "mean"), (VOTE, "vote"), (ORACLE, "oracle"))
        for one in sizes(found)
    ]


def by_team(setting: Setting, settings: Sequence[Setting]) -> list[ScalingRow]:
    """The curves of protocols over the teams that are parts of this one, where there are at least two sizes."""
    parts = [one for one in settings if one.task == setting.task and set(one.members) <= set(setting.members)]
    held: dict[str, dict[int, list[tuple[float, float]]]] = {}
    for part in parts:
        for protocol, results in part.protocols.items():
            samples = [sample for one in results for sample in one.samples]
            scores = [share for sample in samples if (share := part.share(sample)) is not None]
            if scores:
                spent = fmean(size(sample.usage) for sample in samples)
                held.setdefault(protocol, {}).setdefault(len(part.members), []).append((fmean(scores), spent))
    return [
        ScalingRow(
            task=setting.task,
            system=protocol,
            members=count,
            subsets=len(found),
            score=fmean(score for score, _ in found),
            tokens=fmean(spent for _, spent in found),
        )
        for protocol, by_size in held.items()
        if len(by_size) > 1
        for count, found in sorted(by_size.items())
    ]


def diversity_row(task: str, one: Subset) -> DiversityRow:
    """The row of a subset of two members or more."""
    return DiversityRow(
        task=task,
        members=one.members,
        diversity=one.diversity or 0.0,
        mean=one.mean,
        vote=one.vote,
        oracle=one.oracle,
    )
