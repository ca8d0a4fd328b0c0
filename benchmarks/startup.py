"""How long a user waits before anything happens: `import symposia` and `symposia --help`, against bare Python.

Prints ratios of medians; both sides run in turn, in processes started by this one.
"""

import subprocess
import sys
from statistics import median
from time import perf_counter

CASES = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import symposia": [sys.executable, "-c", "import symposia"],
    "import symposia.agents": [sys.executable, "-c", "import symposia.agents"],
    "symposia --help": [sys.executable, "-m", "symposia.scenarios.cli", "--help"],
}
RUNS = 9


def seconds(command: list[str]) -> float:
    """The wall time of a process."""
    began = perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd="/")
    return perf_counter() - began


def main() -> None:
    """Run all cases in turn, several times."""
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(RUNS):
        for name, command in CASES.items():
            times[name].append(seconds(command))
    bare = median(times["python -c pass"])
    for name, taken in times.items():
        print(f"{name:24} {1000 * median(taken):7.0f} ms   {median(taken) / bare:5.1f} x bare Python")


if __name__ == "__main__":
    main()
