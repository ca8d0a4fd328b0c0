"""A hundred kills: runs of every level, a bench and a training are killed by SIGKILL and gone on with.

    python benchmarks/kills.py [KILLS]

For each scenario: how many kills there were, at random bytes of its trace, how many answers were asked for twice, and
whether the results are those of an undisturbed run (the script stops where they are not).
"""

import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from symposia.tests.support.kills import SCENARIOS, bench_killed_often, killed_often


def trained(out: Path, kills: list[float]) -> dict[str, bytes]:
    """The weights, by model, of a short training that was killed after so many seconds, again and again."""
    sets = ("--set", "train.options.scale=0.0003", "--out", str(out))
    command = [sys.executable, "-m", "symposia.scenarios.cli", "train", "train_pocket", *sets]
    for seconds in kills:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
            time.sleep(seconds)
            started.kill()
    subprocess.run(command, check=True, capture_output=True)
    return {path.parent.name: path.read_bytes() for path in sorted(out.glob("*/model.safetensors"))}


def main() -> None:
    """Kill as often as the command line says, 100 times by default, and print a line a scenario."""
    times = -(-int(sys.argv[1] if len(sys.argv) > 1 else 100) // (len(SCENARIOS) + 1))
    with TemporaryDirectory() as made:
        folder = Path(made)
        for name in SCENARIOS:
            (folder / name).mkdir()
            lab, kills = killed_often(name, folder / name, times, seed=len(name))
            strict = lab.repeated_at_the_models(kills, moments=0)
            print(
                f"{name:10} {len(kills):3} kills, results equal, answers asked for twice: "
                f"{lab.repeated_in_the_trace()} in the trace, {lab.repeated_at_the_models(kills)} at the models "
                f"({strict} if the models did nothing after them)",
                flush=True,
            )
        (folder / "bench").mkdir()
        lab, kills, same = bench_killed_often(folder / "bench", times, seed=5)
        report = "byte for byte equal" if same else "DIFFERENT"
        print(
            f"{'bench':10} {len(kills):3} kills, report {report}, answers asked for twice: "
            f"{lab.repeated_at_the_models(kills)} at the models "
            f"({lab.repeated_at_the_models(kills, moments=0)} if the models did nothing after them)",
            flush=True,
        )
        rng = Random(1)
        kills = [rng.uniform(3, 25) for _ in range(times)]
        same = trained(folder / "killed", kills) == trained(folder / "whole", [])
        print(f"{'train':10} {times:3} kills, weights {'equal' if same else 'DIFFER'}")


if __name__ == "__main__":
    main()
