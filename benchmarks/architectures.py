"""Which architectures are read, and why the others are refused: the matrix, each row measured on a tiny random model.

`equal` is: three texts of different lengths, written greedily in one batch, are token for token those of each text
alone, and of plain passes over the whole text without a cache.

    python benchmarks/architectures.py [--dtype float64]
"""

import argparse
import warnings

import torch
from symposia.tests.support.architectures import matrix
from symposia.tests.support.batches import outcome


def main() -> None:
    """Print one line a row, and the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dtype", default="float32", choices=("float32", "float64"))
    dtype: torch.dtype = getattr(torch, parser.parse_args().dtype)
    warnings.simplefilter("ignore")
    counts = {"equal": 0, "refused": 0, "differs": 0}
    for cell in matrix():
        found = outcome(cell, dtype)
        kind = found if found == "equal" else "differs" if found.startswith("differs") else "refused"
        counts[kind] += 1
        print(f"{cell.name:<44}{kind if found == kind else f'{kind}: {found}'}")
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()), f"({dtype})")


if __name__ == "__main__":
    main()
