"""Reports as Markdown."""

from collections.abc import Sequence

from .report import Report
from .tables import escaped, table


def markdown(reports: Sequence[Report]) -> str:
    """Reports as Markdown: a table each, and their notes."""
    parts = []
    for one in reports:
        header, *rows = table(one.rows)
        parts.append(f"# {one.scenario}\n\n{one.protocol} on {one.task}, seed {one.seed}\n")
        parts += [line(header), "|" + "---|" * len(header), *map(line, rows), ""]
        parts += [f"- {escaped(note)}" for note in (*one.notes, *one.work)]
        parts += ["", *judged(one)] if one.judges else [""]
        parts += bad_members(one) if one.saboteurs else []
    return "\n".join(parts)


def judged(report: Report) -> list[str]:
    """The section on judges: a table."""
    rows = [line((row.of, row.name, row.value)) for row in report.judges]
    return ["## Judges\n", line(("of", "what", "value")), "|---|---|---|", *rows, ""]


def bad_members(report: Report) -> list[str]:
    """The section on saboteurs: a table."""
    rows = [line((one.name, one.kind, str(one.questions), str(one.same), str(one.misled))) for one in report.saboteurs]
    head = line(("saboteur", "kind", "questions", "the team said the same", "and was wrong"))
    return ["## Saboteurs\n", head, "|---|---|---|---|---|", *rows, ""]


def line(cells: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(map(escaped, cells)) + " |"
