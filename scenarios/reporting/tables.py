"""Reports as tables that a person reads."""

from collections.abc import Sequence
from typing import Final

from ...evaluators.comparison import Kind
from .rows import ReportRow

KINDS: Final = {
    "protocol": "protocol",
    "single": "single",
    "best_single": "best single by dev",
    "oracle": "oracle",
    "equal_budget": "equal tokens",
}


def table(rows: Sequence[ReportRow]) -> list[tuple[str, ...]]:
    """The rows of a report as a person reads them: a header, and a line for each team with all of its metrics."""
    metrics = list(dict.fromkeys(row.metric for row in rows))
    teams: dict[tuple[str, Kind], list[ReportRow]] = {}
    for row in rows:
        teams.setdefault((row.name, row.kind), []).append(row)
    judged = any(row.judge_calls for row in rows)
    header = (
        "team",
        "what",
        *metrics,
        "scored",
        "calls",
        "tokens",
        *(("judge tokens",) if judged else ()),
        "s/question",
    )
    return [header, *(team_line(rows, judged=judged) for rows in teams.values())]


def team_line(rows: Sequence[ReportRow], *, judged: bool) -> tuple[str, ...]:
    """All metrics of one team, and what it cost."""
    first = rows[0]
    return (
        first.name,
        KINDS[first.kind],
        *map(measured, rows),
        f"{first.scored} of {first.scored + first.unscored}" if first.unscored else str(first.scored),
        f"{first.calls:,}",
        f"{first.prompt_tokens + first.completion_tokens:,}",
        *((f"{first.judge_tokens:,}",) if judged else ()),
        f"{first.seconds:.2f}",
    )


def measured(row: ReportRow) -> str:
    """A value with its 95 % interval; what was spent is known exactly, so costs go without."""
    if row.value is None:
        return "none"
    if row.metric == "cost" or row.low is None or row.high is None:
        return f"{row.value:,.3g}" if row.value < 1000 else f"{row.value:,.0f}"
    return f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]"


def escaped(text: str) -> str:
    """Text that cannot end a table cell or a line."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
