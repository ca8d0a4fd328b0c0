"""How often answers are read as they were meant: reply styles by data sets.

    python benchmarks/reading.py [--data FOLDER] [--limit 200] [--wrong]

Each gold answer of each data set is put into each of about fifty reply styles (`tests/support/reply_styles.py`), and
so is a wrong answer of the same kind. A cell is the percentage of right answers scored right; `!n` after it is the
number of wrong ones scored right, `?n` of right ones in which no answer was found. `--wrong` prints replies that were
misread.
"""

import argparse
from collections import Counter, defaultdict
from pathlib import Path

from symposia.evaluators.task import Item
from symposia.evaluators.tasks import multiple_choice, short_answer
from symposia.tests.support.data import SHARED
from symposia.tests.support.reply_styles import replies

CHOICE = (
    "agieval",
    "agieval_tiny",
    "arc_challenge",
    "bixbench",
    "blend",
    "chembench",
    "communitybench",
    "culturalbench_hard",
    "mmlu_redux",
    "truthfulqa",
)
SHORT = ("apex_shortlist", "bbh", "culturebench", "gsm8k", "popqa", "pubmedqa", "scitarc")

Count = Counter[str]


def items_of(folder: Path, name: str, limit: int | None) -> list[Item]:
    """Items of both splits of a data set."""
    task = multiple_choice if name in CHOICE else short_answer
    found = [task.load(split=split, data=str(folder / name), limit=limit) for split in ("dev", "test")]
    return [item for items in found for item in items]


def measured(items: list[Item], choice: bool, misread: list[str]) -> dict[str, dict[str, Count]]:
    """For each kind and style, counts of right, wrong, none, and of wrong answers scored right."""
    counts: defaultdict[str, dict[str, Count]] = defaultdict(dict)
    for kind, name, how, text in replies(items, multiple_choice if choice else short_answer):
        counts[kind].setdefault(name, Counter())[how] += 1
        if how != "right":
            misread.append(f"[{kind}, {name}] {how}: {text!r}")
    return counts


def cell(count: Count) -> str:
    """A cell of the table."""
    asked = count["right"] + count["wrong"] + count["none"]
    more = (f"?{count['none']}" if count["none"] else "") + (
        f" !{count['WRONG AS RIGHT']}" if count["WRONG AS RIGHT"] else ""
    )
    return f"{100 * count['right'] / max(1, asked):.1f}{more}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    total: Count = Counter()
    for name in (*CHOICE, *SHORT):
        misread: list[str] = []
        for kind, styles in measured(items_of(options.data, name, options.limit), name in CHOICE, misread).items():
            whole = sum(styles.values(), Counter())
            total += whole
            below = {style: cell(count) for style, count in styles.items() if cell(count) != "100.0"}
            print(f"{name:20} {kind:9} {cell(whole):>12}  {below or 'all styles 100'}")
        if options.wrong:
            print(*misread, sep="\n")
    asked = total["right"] + total["wrong"] + total["none"]
    print(f"{asked} replies: {cell(total)} % right, {total['WRONG AS RIGHT']} wrong ones scored right")


if __name__ == "__main__":
    main()
