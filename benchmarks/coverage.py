"""How often 95 % intervals hold the truth, in 2,000 simulated experiments of each kind and number of questions.

    python benchmarks/coverage.py [--experiments 2000] [--seed 0]

Each experiment draws a world of its own (how hard questions are, how much a system gains, how alike a cluster's
questions are), then its questions; the interval should hold the world's mean in 95 % of them. Where the share of 2,000
is outside of [0.935, 0.965], the line says so, and the exit code is 1.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from symposia.tests.support.coverage import KINDS, coverage  # the same worlds as the tests'

LOW, HIGH = 0.935, 0.965


def main() -> None:
    """Print a table: kinds by numbers of questions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--experiments", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    wrong = 0
    print(f"{'interval':52s}{'questions':>10s}{'coverage':>10s}")
    for kind in KINDS.values():
        for size in kind.sizes:
            found = coverage(kind, size, given.experiments, given.seed)
            outside = "" if LOW <= found <= HIGH else "  outside of [0.935, 0.965]"
            wrong += bool(outside)
            print(f"{kind.name:52s}{size:10d}{found:10.4f}{outside}", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
