"""`make demo`: the main job, offline.

Specialists write together and are compared with each one alone; then the run is replayed from its trace.
"""

import sys
from typing import Final

from .cli import main

STEPS: Final = (
    ("run", "fusion", "--out", "runs/demo"),
    ("replay", "runs/demo"),
)


def demo() -> None:
    """Run the steps of the demo as a user would type them."""
    for step in STEPS:
        sys.stdout.write(f"\n$ symposia {' '.join(step)}\n\n")
        sys.stdout.flush()
        try:
            main(step)
        except SystemExit as left:
            if left.code:
                raise


if __name__ == "__main__":
    demo()
