"""Reports as tables of text."""

from collections.abc import Collection, Sequence
from typing import Final

from ...evaluators.comparison import Kind
from .rows import ReportRow

FAILED: Final = "failures as wrong"
KINDS: Final = {
    "protocol": "protocol",
    "single": "single",
    "best_single": "best single by dev",
    "oracle": "oracle",
    "equal_budget": "equal tokens",
}


def table(rows: Sequence[ReportRow]) -> list[tuple[str, ...]]:
    """The rows of a report as text: a header, and a line for each system with all of its metrics."""
    metrics = list(dict.fromkeys(row.metric for row in rows))
    teams: dict[tuple[str, Kind], list[ReportRow]] = {}
    for row in rows:
        teams.setdefault((row.name, row.kind), []).append(row)
    judged, silent = any(row.judge_calls for row in rows), any(row.no_answer for row in rows)
    floored = {row.metric for row in rows if row.floor is not None}
    header = (
        "team",
        "what",
        *(name for metric in metrics for name in (metric, *([f"{metric}, {FAILED}"] if metric in floored else []))),
        "scored",
        *(("no answer",) if silent else ()),
        "calls",
        "tokens",
        *(("judge tokens",) if judged else ()),
        "s/question",
    )
    return [header, *(team_line(rows, floored, judged=judged, silent=silent) for rows in teams.values())]


def team_line(rows: Sequence[ReportRow], floored: Collection[str], *, judged: bool, silent: bool) -> tuple[str, ...]:
    """The line of one system: its metrics, replies without an answer if any system has some, and its usage.

    Metrics that are `floored` for any system are followed by what they are with failures as wrong.
    """
    first = rows[0]
    return (
        first.name,
        KINDS[first.kind],
        *(cell for row in rows for cell in (measured(row), *([lowest(row)] if row.metric in floored else []))),
        f"{first.scored} of {first.scored + first.unscored}" if first.unscored else str(first.scored),
        *((str(max(row.no_answer for row in rows)),) if silent else ()),
        f"{first.calls:,}",
        f"{first.prompt_tokens + first.completion_tokens:,}",
        *((f"{first.judge_tokens:,}",) if judged else ()),
        f"{first.seconds:.2f}",
    )


def lowest(row: ReportRow) -> str:
    """A value with its interval where failures count as wrong; without failures it is the value itself."""
    if row.floor is None:
        return measured(row)
    return measured(row.model_copy(update={"value": row.floor, "low": row.floor_low, "high": row.floor_high}))


def measured(row: ReportRow) -> str:
    """A value with its 95 % interval; costs are known exactly and have none."""
    if row.value is None:
        return "none"
    if row.metric == "cost" or row.low is None or row.high is None:
        return f"{row.value:,.3g}" if row.value < 1000 else f"{row.value:,.0f}"
    return f"{row.value:.3f} [{row.low:.3f}, {row.high:.3f}]"


def escaped(text: str) -> str:
    """Text escaped for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
