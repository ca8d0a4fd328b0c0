"""Training runs: the curve, and each sampled answer with its reward, its advantage and its loss mask."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...agents.frozen import Frozen
from ..reporting.untrusted import plain

CURVE: Final = "curve.jsonl"
ROLLOUTS: Final = "rollouts.jsonl"
MOST: Final = 2000


class Sampled(Frozen):
    """An answer of a step. It has no loss where `reward` is None: then the mask is 0 for all of its tokens.

    >>> Sampled(step=1, row=0, text="four", tokens=2, reward=1.0, advantage=0.5, policy="student@0").trained
    True
    """

    step: int
    row: int
    text: str
    tokens: int
    reward: float | None
    advantage: float | None
    policy: str

    @property
    def trained(self) -> bool:
        """True if the loss is over its tokens."""
        return self.advantage is not None


class TrainingView(Frozen):
    """The training in a folder: numbers by step, and the last sampled answers; `left_out` earlier ones are not shown.

    >>> TrainingView(name="student").steps
    ()
    """

    name: str
    steps: Sequence[dict[str, float]] = ()
    rollouts: Sequence[Sampled] = ()
    left_out: int = 0


def trainings_of(directory: Path) -> list[TrainingView]:
    """The trainings in a run directory, or of a directory that `symposia train` wrote."""
    folders = sorted(
        {path.parent.relative_to(directory) for name in (CURVE, ROLLOUTS) for path in directory.rglob(name)}
    )
    return [training_of(directory / folder, plain(str(folder))) for folder in folders if "forks" not in folder.parts]


def training_of(folder: Path, name: str) -> TrainingView:
    """The training in one folder."""
    steps = [
        {key: float(value) for key, value in line.items() if isinstance(value, int | float)}
        for line in lines(folder / CURVE)
    ]
    sampled = [Sampled.model_validate(shown(line)) for line in lines(folder / ROLLOUTS)]
    return TrainingView(name=name, steps=steps, rollouts=sampled[-MOST:], left_out=max(0, len(sampled) - MOST))


def shown(line: Mapping[str, Any]) -> dict[str, Any]:
    """What is shown of a sampled answer, its texts made safe."""
    found = {key: line.get(key) for key in ("step", "row", "tokens", "reward", "advantage")}
    return {**found, "text": plain(line["text"]), "policy": plain(line.get("policy", ""))}


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The whole lines of a JSON lines file, if there is one."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        yield json.loads(line)
