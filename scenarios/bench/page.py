"""The table of a bench on a page of Markdown: one that has the bench's markers keeps its own words around the table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ...agents.errors import BadScenario
from ..reporting.markdown import line
from ..running.run_directory import write
from .table import BenchRow
from .text import interval, number

HEADER: Final = (
    *("task", "team", "method", "score", "gain over the best single", "best single", "equal tokens", "oracle"),
    *("tokens", "seconds"),
)


def page_table(found: Sequence[BenchRow], seconds: Mapping[tuple[str, str, str], float]) -> str:
    """Rows as Markdown, within each task the largest gain first; `seconds` by task, team and protocol."""
    first = list(dict.fromkeys(row.task for row in found))
    ordered = sorted(found, key=lambda row: (first.index(row.task), row.gain is None, -(row.gain or 0.0)))
    rows = [
        (
            row.task,
            row.team,
            row.protocol,
            interval(row.value, row.low, row.high),
            interval(row.gain, row.gain_low, row.gain_high, sign="+"),
            *(number(value) for value in (row.best_single, row.equal_tokens, row.oracle)),
            f"{row.tokens:,.0f}",
            f"{seconds[key]:.2f}" if (key := (row.task, row.team, row.protocol)) in seconds else "",
        )
        for row in ordered
    ]
    return "\n".join([line(HEADER), "|" + "---|" * len(HEADER), *map(line, rows)])


def put(path: Path, bench: str, table: str) -> None:
    """Put a table between the markers of its bench on a page. Raises `BadScenario` for a page without them."""
    begin, end = f"<!-- bench {bench}: written by symposia bench --page -->", f"<!-- end of bench {bench} -->"
    text = path.read_text(encoding="utf-8") if path.exists() else f"# {bench}\n\n{begin}\n{end}\n"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(end) < text.index(begin):
        raise BadScenario(f"{path}: has no place for the table. Add a line {begin} and, after it, one {end}.")
    head, _, rest = text.partition(begin)
    write(path, f"{head}{begin}\n{table}\n{end}{rest.partition(end)[2]}")
