"""Reads what was measured of each protocol on the pocket models, from the tables that benches wrote."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parents[2]
BENCH: Final = "all_methods"
BEGIN: Final = f"<!-- bench {BENCH}: written by symposia bench --page -->"
END: Final = f"<!-- end of bench {BENCH} -->"


def measured() -> dict[str, list[str]]:
    """For each protocol with a number, lines of Markdown: the README's bench, and what training gained."""
    found: dict[str, list[str]] = {}
    bench = yaml.safe_load((ROOT / "scenarios" / "library" / f"{BENCH}.yaml").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    uses = {name: str(given["use"]) for name, given in bench["protocols"].items()}
    above = [f"By `symposia bench {BENCH}`, 95 % intervals; the README has all methods.", ""]
    for use, rows in by_use(table(readme.partition(BEGIN)[2].partition(END)[0]), uses).items():
        found[use] = [*above, *markdown(rows, [name for name in rows[0] if name != "seconds"])]
    trained = (ROOT / "docs" / "trained.md").read_text(encoding="utf-8")
    learning = {row["method"]: f"weight/{row['method']}" for row in table(trained)}
    for use, rows in by_use(table(trained), learning).items():
        lines = ["By `python benchmarks/trained.py`; see [what training gains](../../trained.md).", ""]
        before = [*found[use], ""] if use in found else []
        found[use] = [*before, *lines, *markdown(rows, [name for name in rows[0] if name != "method"])]
    return found


def by_use(rows: Iterator[Mapping[str, str]], uses: Mapping[str, str]) -> dict[str, list[Mapping[str, str]]]:
    """The rows of each protocol, by its name, where `uses` says which protocol a row's method is."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        if row["method"] in uses:
            found.setdefault(uses[row["method"]], []).append(row)
    return found


def table(text: str) -> Iterator[Mapping[str, str]]:
    """The rows of the first Markdown table with a column `method`, by their columns' names.

    >>> list(table("| method | score |\\n|---|---|\\n| debate | 0.4 |\\n"))
    [{'method': 'debate', 'score': '0.4'}]
    """
    header: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")] if line.startswith("|") else []
        if not header:
            header = [cell.strip() for cell in cells] if "method" in cells else []
        elif not cells:
            return
        elif not set(line) <= set("|-: "):
            yield dict(zip(header, padded(line, len(header)), strict=True))


def padded(line: str, width: int) -> list[str]:
    """The cells of a line of a table, empty ones included."""
    cells: list[Any] = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
    return [*cells, *[""] * (width - len(cells))]


def markdown(rows: list[Mapping[str, str]], columns: list[str]) -> list[str]:
    """These columns of the rows as a Markdown table."""
    lines = [" | ".join(row[name] for name in columns) for row in rows]
    return [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns), *(f"| {line} |" for line in lines)]
