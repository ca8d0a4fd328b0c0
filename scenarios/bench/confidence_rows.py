"""How far agreement can be trusted as a confidence: that of a team's members, and that of a member's own samples."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ...agents.frozen import Frozen
from ...evaluators.sample import Sample
from ...evaluators.statistics.calibration import brier, expected_calibration_error, reliability_bins
from .setting import Setting


class ConfidenceBin(Frozen):
    """The answers with a confidence from `low` to `high`; see `Bin`.

    >>> ConfidenceBin(low=0.6, high=0.7, answers=10, confidence=0.65, accuracy=0.5).answers
    10
    """

    low: float
    high: float
    answers: int
    confidence: float
    accuracy: float


class ConfidenceRow(Frozen):
    """A confidence method on a task: its expected calibration error, its Brier score, and its bins.

    "members" is the share of members whose own answer is the protocol's; "samples" is the share of a member's samples
    that have the most frequent answer, of which the rightness is taken.

    >>> row("sums", "members", "vote (pair)", [(0.5, 1.0), (1.0, 1.0)]).brier
    0.125
    """

    task: str
    method: str
    of: str
    answers: int
    ece: float
    brier: float
    bins: tuple[ConfidenceBin, ...]


def confidence_rows(settings: Sequence[Setting], threshold: float) -> list[ConfidenceRow]:
    """The rows of every protocol of every team, and of every sampled member, which is in a team once or more."""
    found: dict[tuple[str, str, str], ConfidenceRow] = {}
    for setting in settings:
        for method, of, said in (*by_members(setting, threshold), *by_samples(setting, threshold)):
            if said:
                found.setdefault((setting.task, method, of), row(setting.task, method, of, said))
    return list(found.values())


def row(task: str, method: str, of: str, said: Sequence[tuple[float, float]]) -> ConfidenceRow:
    """The row of (confidence, right) pairs."""
    confidences, right = [one for one, _ in said], [hit for _, hit in said]
    bins = reliability_bins(confidences, right)
    return ConfidenceRow(
        task=task,
        method=method,
        of=of,
        answers=len(said),
        ece=expected_calibration_error(bins) or 0.0,
        brier=brier(confidences, right) or 0.0,
        bins=tuple(ConfidenceBin(**one._asdict()) for one in bins),
    )


def by_members(setting: Setting, threshold: float) -> Iterator[tuple[str, str, list[tuple[float, float]]]]:
    """The agreement of members with each protocol's answer, where the team has two members or more."""
    for protocol, results in setting.protocols.items() if len(setting.members) > 1 else ():
        said = []
        for one in results:
            for place, ours in enumerate(one.samples):
                others = [samples[place].parsed for samples in one.singles.values()]
                share = setting.share(ours)
                if ours.parsed is not None and share is not None and others:
                    said.append((others.count(ours.parsed) / len(others), float(share >= threshold)))
        yield "members", setting.system(protocol), said


def by_samples(setting: Setting, threshold: float) -> Iterator[tuple[str, str, list[tuple[float, float]]]]:
    """The agreement of each member's samples, those that define failing."""
    for name in setting.members:
        said = []
        for one in setting.by_seed:
            samples = setting.sampled.get((name, one.cell.seed), ())
            times = len(samples) * one.cell.plan.scenario.task.rollouts // len(one.samples)
            chunks = (samples[at : at + times // 2] for at in range(0, len(samples), times)) if times else ()
            said += [pair for chunk in chunks if (pair := agreed(setting, chunk, threshold)) is not None]
        yield "samples", name, said


def agreed(setting: Setting, samples: Sequence[Sample], threshold: float) -> tuple[float, float] | None:
    """The share of samples with the most frequent answer, and if it is right; None without an answer."""
    answers = [one for one in samples if one.parsed is not None and one.score is not None]
    if not answers:
        return None
    most, count = Counter(one.parsed for one in answers).most_common(1)[0]
    right = next(setting.share(one) or 0.0 for one in answers if one.parsed == most)
    return count / len(samples), float(right >= threshold)
