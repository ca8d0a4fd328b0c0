"""Ten minutes of work over workers, one of which is restarted every 20 seconds: does memory grow, is anything lost?

    python benchmarks/soak.py [--questions 10000] [--workers 4] [--every 20] [--think 0.6]

A vote of three members, whose models think for a while, over workers of eight requests at once. Prints the memory of
the asker, the broker and the workers by minute, the answers a second, and whether every sample is the one that a run
without workers has. Exit code 1 where one is not.
"""

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

from symposia.agents.runtime.mqtt.broker import PrivateBroker
from worker_kills import MODEL, outcome, started


def main() -> int:  # noqa: C901, PLR0915 - a story of ten minutes
    """Run, print, and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--every", type=float, default=20.0)
    parser.add_argument("--think", type=float, default=0.6)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "steady.py").write_text(MODEL.replace("asyncio.sleep(0.3)", "asyncio.sleep(0)"))
        expected = outcome(folder, given.questions, folder / "here", None)
        # The scenario is another one to a run by its model's code: the same folder under another name.
        work = folder / "work"
        work.mkdir()
        (work / "steady.py").write_text(MODEL.replace("asyncio.sleep(0.3)", f"asyncio.sleep({given.think})"))
        broker = PrivateBroker(work)
        broker.start()
        fleet = [started(work, broker.address.url) for _ in range(given.workers)]
        over = threading.Event()
        restarts = [0]
        rows: list[str] = []

        def restart() -> None:
            while not over.wait(given.every):
                at = restarts[0] % len(fleet)
                fleet[at].kill()
                fleet[at].wait()
                fleet[at] = started(work, broker.address.url)
                restarts[0] += 1

        def watch() -> None:
            began = time.monotonic()
            while True:
                sizes = [memory("self"), memory(broker.pid), *(memory(one.pid) for one in fleet)]
                rows.append(f"{(time.monotonic() - began) / 60:6.1f} min  " + "  ".join(f"{one:6.1f}" for one in sizes))
                print(rows[-1], flush=True)
                if over.wait(60):
                    return

        print("            asker  broker  workers .. (MB)")
        threads = [threading.Thread(target=one) for one in (restart, watch)]
        for one in threads:
            one.start()
        began = time.monotonic()
        try:
            found = outcome(work, given.questions, folder / "there", broker.address.url)
        finally:
            seconds = time.monotonic() - began
            over.set()
            for one in threads:
                one.join()
            for worker in fleet:
                worker.kill()
                worker.wait()
            broker.stop()
    same = found[0] == expected[0]
    print(
        f"{given.questions:,} questions, {3 * given.questions:,} calls in {seconds:.0f} s: "
        f"{3 * given.questions / seconds:.0f} calls a second; {restarts[0]} restarts; samples "
        f"{'the same' if same else 'DIFFER'}"
    )
    return 0 if same else 1


def memory(pid: int | str) -> float:
    """The resident memory of a process in megabytes; 0 of one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


if __name__ == "__main__":
    sys.exit(main())
