"""The wall times of a bench, in a file of their own: they differ from run to run, and the report does not.

The size of batches is not in it: engines do not count it, and traces do not say it.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ...agents.frozen import Frozen
from ...evaluators.sample import Sample
from ...evaluators.statistics.latency import latency
from ..running.run_directory import write
from .setting import Setting

TIMING: Final = "timing.json"


class TimingRow(Frozen):
    """The seconds of a question, of a protocol or of a single model: median and 95th percentile.

    >>> TimingRow(task="sums", team="pair", system="vote", questions=2, p50=1.5, p95=1.95).p95
    1.95
    """

    task: str
    team: str
    system: str
    questions: int
    p50: float
    p95: float


def timing_rows(settings: Sequence[Setting]) -> list[TimingRow]:
    """A row for each protocol and each single model of each setting."""
    return [
        TimingRow(
            task=setting.task, team=setting.team, system=system, questions=found.questions, p50=found.p50, p95=found.p95
        )
        for setting in settings
        for system, samples in systems(setting)
        for found in [latency([round(sample.seconds, 6) for sample in samples])]
    ]


def systems(setting: Setting) -> Iterator[tuple[str, list[Sample]]]:
    """The samples of each protocol and of each single model, over all seeds."""
    for protocol, results in setting.protocols.items():
        yield protocol, [sample for one in results for sample in one.samples]
    for name in setting.members:
        found = [sample for one in setting.by_seed for sample in one.singles.get(name, ())]
        if found:
            yield f"{name} alone", found


def write_timing(settings: Sequence[Setting], out: Path) -> None:
    """Write the wall times beside the report."""
    about = "Seconds of a question while others ran too; an answer from the bench's store takes no time."
    rows = [row.model_dump() for row in timing_rows(settings)]
    write(out / TIMING, json.dumps({"about": about, "rows": rows}, indent=2) + "\n")


def seconds_in(out: Path) -> dict[tuple[str, str, str], float]:
    """The median seconds of a question by task, team and system, as `write_timing` wrote them; empty if it did not."""
    path = out / TIMING
    rows = json.loads(path.read_text())["rows"] if path.exists() else []
    return {(row["task"], row["team"], row["system"]): row["p50"] for row in rows}
