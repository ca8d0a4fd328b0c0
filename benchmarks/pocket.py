"""Which collaborations beat the best single model on the pocket world: a line a scenario of the library.

    python benchmarks/pocket.py [--limit 400] [--level weight --level logit] [--out DIR]

Runs the scenarios of these levels as `symposia run` does, resumes what is in DIR, and prints, for each, its
accuracy, that of the best single model by dev, and their paired difference in points, with 95 % intervals.
Ordered by the difference. Dev selects, test is reported.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from symposia.evaluators.statistics.significance import difference
from symposia.scenarios.planning.plan import plan
from symposia.scenarios.planning.wanted import LIBRARY
from symposia.scenarios.planning.yaml_files import read
from symposia.scenarios.running.job import Finished
from symposia.scenarios.running.run import run


def chosen(levels: list[str]) -> list[Path]:
    """The scenarios of the library with packaged models that follow a protocol of these levels."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(LIBRARY.glob("*.yaml"))}
    return [
        path
        for path, text in texts.items()
        if "pocket:" in text and any(f"use: {level}/" in text.partition("team:")[0] for level in levels)
    ]


def finished(path: Path, limit: int, out: Path) -> Finished:
    """A scenario's run."""
    scenario = read(path, [f"task.limit={limit}"])
    return asyncio.run(run(plan(scenario, where=path.name, folder=path.parent), out / path.stem))


def line(name: str, done: Finished) -> tuple[float, str]:
    """The difference to the best single model, and the line."""
    own, best = done.comparison.row("protocol"), done.comparison.row("best_single")
    if own is None or best is None:
        return float("-inf"), f"| `{name}` | no dev split | | |"
    rows = {row.kind: row for row in done.report.rows if row.metric == "accuracy"}
    mine, theirs = rows["protocol"], rows["best_single"]
    pairs = [(one.score, two.score) for one, two in zip(best.samples, own.samples, strict=True)]
    scored = [(one, two) for one, two in pairs if one is not None and two is not None]
    found = difference([one for one, _ in scored], [two for _, two in scored])
    return found.value or 0.0, (
        f"| `{name}` | {mine.value:.3f} [{mine.low:.3f}, {mine.high:.3f}] | {best.name} {theirs.value:.3f} | "
        f"{100 * (found.value or 0):+.1f} [{100 * (found.low or 0):+.1f}, {100 * (found.high or 0):+.1f}] |"
    )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--limit", type=int, default=400)
    parser.add_argument("--level", action="append", choices=("api", "text", "logit", "weight"))
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    out = args.out or Path(tempfile.mkdtemp())
    lines = [line(path.stem, finished(path, args.limit, out)) for path in chosen(args.level or ["logit", "weight"])]
    print("| scenario | accuracy | best single by dev | difference in points |\n|---|---|---|---|")
    for _, text in sorted(lines, key=lambda pair: -pair[0]):
        print(text)


if __name__ == "__main__":
    main()
