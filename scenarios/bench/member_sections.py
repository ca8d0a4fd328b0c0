"""The sections on members: their errors, their number, their diversity, their agreement as a confidence."""

from typing import Final

from .member_rows import ScalingRow
from .report import BenchReport
from .section import Section

MOST: Final = 40
"""The subsets of members that are shown; all are in the JSON."""


def errors(found: BenchReport) -> Section:
    """Whose errors go together."""
    about = (
        "Two members on a task: phi is the correlation of their errors (1: they fail the same questions, 0: "
        "independent), then the share that exactly one solves, that both fail, and that both would fail if they were "
        "independent."
    )
    rows = [
        (
            row.task,
            row.one,
            row.other,
            "" if row.phi is None else f"{row.phi:+.2f}",
            *(f"{100 * value:.1f} %" for value in (row.disagreement, row.double_fault, row.expected)),
        )
        for row in found.errors
    ]
    header = ("task", "one", "other", "phi", "one solves", "both fail", "both would, independent")
    return Section("Errors of members", about, header, rows)


def scaling(found: BenchReport) -> Section:
    """More members."""
    counts = sorted({row.members for row in found.scaling})
    groups: dict[tuple[str, str], dict[int, ScalingRow]] = {}
    for row in found.scaling:
        groups.setdefault((row.task, row.system), {})[row.members] = row
    about = (
        "The score by number of members: a mean over all subsets of that size, so that no order of members matters. "
        "Votes and oracles are of the members' own answers, protocols of the teams of this bench that nest."
    )
    rows = [
        (task, system, *(f"{of[n].score:.3f} ({of[n].subsets})" if n in of else "" for n in counts))
        for (task, system), of in groups.items()
    ]
    return Section("Number of members", about, ("task", "system", *(f"{n} (subsets)" for n in counts)), rows)


def diversity(found: BenchReport) -> Section:
    """More diverse members."""
    about = "Subsets of members, by diversity: the share of pairs whose answers differ."
    ordered = sorted(found.diversity, key=lambda row: (row.task, len(row.members), row.diversity))
    rows = [
        (row.task, ", ".join(row.members), *(f"{x:.3f}" for x in (row.diversity, row.mean, row.vote, row.oracle)))
        for row in ordered[:MOST]
    ]
    return Section("Diversity of members", about, ("task", "members", "diversity", "mean", "vote", "oracle"), rows)


def confidence(found: BenchReport) -> Section:
    """Agreement as a confidence."""
    about = (
        "Agreement as a confidence: members is the share of members whose own answer is the protocol's, samples the "
        "share of a member's samples with its most frequent answer. ECE is the mean distance of confidence and "
        "rightness over ten bins (with few answers in a bin it is partly noise), Brier the mean squared one."
    )
    rows = [
        (row.task, row.method, row.of, str(row.answers), f"{row.ece:.3f}", f"{row.brier:.3f}", str(len(row.bins)))
        for row in found.confidence
    ]
    return Section("Confidence", about, ("task", "agreement of", "of", "answers", "ECE", "Brier", "bins"), rows)
