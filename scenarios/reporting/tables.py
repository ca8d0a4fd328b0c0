"""Reports as a person reads them: tables, and Markdown."""

from collections.abc import Sequence
from typing import Final

from ...evaluators.comparison import Kind
from .report import Report, ReportRow

KINDS: Final = {
    "protocol": "protocol",
    "single": "single",
    "best_single": "best single by dev",
    "oracle": "oracle",
    "equal_budget": "equal tokens",
}


def markdown(reports: Sequence[Report]) -> str:
    """Reports as Markdown: a table each, and their notes."""
    parts = []
    for one in reports:
        header, *rows = table(one)
        parts.append(f"# {one.scenario}\n\n{one.protocol} on {one.task}, seed {one.seed}\n")
        parts += [line(header), "|" + "---|" * len(header), *map(line, rows), ""]
        parts += [f"- {escaped(note)}" for note in one.notes]
        parts.append("")
    return "\n".join(parts)


def line(cells: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(map(escaped, cells)) + " |"


def table(report: Report) -> list[tuple[str, ...]]:
    """A report as a person reads it: a header, and a line for each team with all of its metrics."""
    metrics = list(dict.fromkeys(row.metric for row in report.rows))
    teams: dict[tuple[str, Kind], list[ReportRow]] = {}
    for row in report.rows:
        teams.setdefault((row.name, row.kind), []).append(row)
    judged = any(row.judge_calls for row in report.rows)
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
