"""Where the time of a run's calls went, by the number of their requests."""

import json
from collections.abc import Mapping
from pathlib import Path

from ..running.run_directory import TIMING


def timings_of(directory: Path, requests: Mapping[str, int]) -> dict[int, tuple[float, float, float]]:
    """Seconds in the queue, in reading the prompt, and in writing, by the request's number; none without the file.

    `requests` are the numbers of requests by place. A line that is not whole, of a run that was killed, is left out.
    """
    found: dict[int, tuple[float, float, float]] = {}
    path = directory / TIMING
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            told = json.loads(line)
            number = requests.get(told["place"])
            parts = (float(told["queue"]), float(told["prefill"]), float(told["decode"]))
        except (ValueError, TypeError, KeyError):
            continue
        if number is not None:
            found[number] = parts
    return found
