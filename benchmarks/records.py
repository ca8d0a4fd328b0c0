"""Every record of every data set on this machine: loaded, asked and graded.

    SYMPOSIA_DATA=FOLDER SYMPOSIA_MOCO=FOLDER python benchmarks/records.py [NAME ...] [--limit N] [--wrong]

A row is one split of one registered data set: published rows, items, rows left out by reason, then replies that were
graded as they should be, of all: the gold in twelve ordinary styles (`tests/support/records.py`) scores 1, a wrong
answer of the same kind in the same styles less, an empty reply nothing. The last numbers are the share of items of
which every reply was graded so, and exceptions.
"""

import argparse
import asyncio
from collections import Counter

from symposia.agents.errors import BadData, UnknownName
from symposia.evaluators.datasets.registered import registered
from symposia.tests.support.records import Tally, tally


def cell(count: Counter[bool]) -> str:
    """Those graded as they should be, of all."""
    return f"{count[True]}/{count.total()}" if count else "-"


def printed(found: Tally) -> str:
    """A line of the table."""
    dropped = "; ".join(f"{number} {why}" for why, number in found.dropped.most_common()) or "none"
    graded = f"right {cell(found.right):>13}  wrong {cell(found.wrong):>13}  empty {cell(found.empty):>10}"
    sums = "" if found.accounted else "  ROWS DO NOT ADD UP"
    share = f"{100 * found.share:6.2f} %  exceptions {len(found.exceptions)}"
    return f"{found.name:34} {found.rows:5} rows {found.items:5} items  {graded}  {share}{sums}  out: {dropped}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    absent = []
    for name in options.names or registered():
        for split in ("dev", "test"):
            try:
                found = asyncio.run(tally(name, split, limit=options.limit))
            except (BadData, UnknownName) as error:
                absent.append(f"{name} {split}: {error}")
                continue
            print(printed(found), flush=True)
            print(*found.exceptions[:5], sep="\n", end="\n" if found.exceptions else "")
            if options.wrong:
                print(*sorted(found.misread)[:10], sep="\n")
    print(f"{len(absent)} splits are not on this machine", *(absent if options.names else ()), sep="\n")


if __name__ == "__main__":
    main()
