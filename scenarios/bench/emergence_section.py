"""The section on collaborative emergence and its null control."""

from ...evaluators.statistics.emergence import ENOUGH
from .emergence_rows import EmergenceRow
from .report import BenchReport
from .section import Section, share


def emergence(found: BenchReport) -> Section:
    """Collaborative emergence and its null control."""
    least = min((row.samples for row in found.emergence), default=ENOUGH)
    threshold = max((row.threshold for row in found.emergence), default=1.0)
    sampled = any(row.null_calls is not None for row in found.emergence)
    about = (
        f"Questions that a team solves and no member does: each member was asked {times(least)}. E1 is their share of "
        f"what no member solves, E2 of all. A score is right from {threshold:g} of its range on. "
    )
    if sampled:
        about += (
            "The null control is as many further samples of the members as the protocol's tokens pay for, by their "
            "most frequent answer (vote) and by any of them (an oracle chooses): emergence is what E1 is beyond it. "
        )
    else:
        about += (
            "Without a null control (emergence: {samples: 5}) E1 is no evidence: another sample may solve these too. "
        )
    if least < ENOUGH:
        about += (
            f"With fewer than {ENOUGH} samples of each member, many of these are questions that members solve often."
        )
    more = ("null calls", "E1 of the null: vote", "any", "E1 beyond vote", "E1 beyond any") if sampled else ()
    header = ("task", "team", "protocol", "no member", "team too", "E1", "E2", *more)
    return Section("Emergence", about.strip(), header, [emergent(row, sampled=sampled) for row in found.emergence])


def emergent(row: EmergenceRow, *, sampled: bool) -> tuple[str, ...]:
    """The cells of a row."""
    found = (
        row.task,
        row.team,
        row.protocol,
        f"{row.failed} of {row.questions}",
        str(row.emergent),
        share(row.of_failed),
        share(row.of_all),
    )
    if not sampled:
        return found
    calls = "" if row.null_calls is None else str(row.null_calls)
    short = row.null_paid is not None and row.null_calls is not None and row.null_paid > row.null_calls
    return (
        *found,
        f"{calls} (of {row.null_paid:.1f} paid)" if short else calls,
        *("" if value is None else f"{100 * value:.1f} %" for value in (row.null_vote, row.null_any)),
        *("" if span is None else share(span, sign="+") for span in (row.beyond_vote, row.beyond_any)),
    )


def times(count: int) -> str:
    """How often something was done."""
    return "once" if count == 1 else f"once and sampled {count} times"
