"""Programs a second in the sandbox, by level, and against an interpreter of its own for each.

    python benchmarks/sandbox.py [--programs 300] [--level landlock --level bubblewrap]

Each program is one function, tested from another process by two assertions, as HumanEval's are. The comparison starts
`python -I` with program and test in one file, without any isolation, as many at once as there are processors.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from symposia.evaluators.sandbox import judging
from symposia.evaluators.sandbox.levels import LEVELS, weakness
from symposia.evaluators.sandbox.limits import Limits

PROGRAM = "def add(x, y):\n    return x + y\n"
TEST = "def check(candidate):\n    assert candidate(0, 1) == 1\n    assert candidate(2, 3) == 5\n"


async def sandboxed(level: str, programs: int) -> float:
    """Programs a second at a level, all of which must pass."""
    checks = {"preamble": "", "test": TEST}
    work = [judging.tested(PROGRAM, "add", checks, LEVELS[level], Limits()) for _ in range(programs)]
    begun = time.perf_counter()
    verdicts = await asyncio.gather(*work)
    seconds = time.perf_counter() - begun
    assert {verdict.kind for verdict in verdicts} == {"pass"}
    return programs / seconds


def plain(programs: int) -> float:
    """Programs a second with an interpreter for each."""
    code = f"{PROGRAM}\n{TEST}\ncheck(add)\n"

    def one(_: int) -> int:
        return subprocess.run([os.path.realpath(sys.executable), "-I", "-c", code], check=True).returncode

    begun = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        assert set(threads.map(one, range(programs))) == {0}
    return programs / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=300)
    parser.add_argument("--level", action="append", choices=sorted(LEVELS))
    given = parser.parse_args()
    base = plain(max(20, given.programs // 5))
    print(f"python -I for each: {base:.0f} programs/s on {os.cpu_count()} processors")
    for level in given.level or LEVELS:
        if (failure := weakness(level)) is not None:
            print(f"{level}: does not hold here: {failure}")
            continue
        asyncio.run(sandboxed(level, 10))  # the supervisors start
        found = asyncio.run(sandboxed(level, given.programs))
        print(f"{level}: {found:.0f} programs/s, {found / base:.2f} of that")


if __name__ == "__main__":
    main()
