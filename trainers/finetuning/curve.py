"""The curve of a training: a JSON line for every measurement, and progress in words."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeAlias

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from ...agents.durable import AppendedFile, replace

FILE: Final = "curve.jsonl"
NAMES: Final[Mapping[str, str]] = {
    "loss": "loss",
    "grad_norm": "gradient",
    "learning_rate": "rate",
    "epoch": "epoch",
    "entropy": "entropy",
    "kl": "kl",
    "mean_token_accuracy": "accuracy",
    "rewards/margins": "margin",
    "rewards/accuracies": "accuracy",
    "rewards/chosen": "chosen",
    "rewards/rejected": "rejected",
    "completions/mean_length": "length",
    "reward_mean": "reward",
    "unscored": "unscored",
    "equal_groups": "equal_groups",
}
"""What is kept of TRL's log, and its name in the curve; what begins with `eval_` is `dev_` there."""
TOLD: Final = ("loss", "reward", "margin", "accuracy", "dev_loss", "dev_reward", "dev_margin", "dev_accuracy")

Tell: TypeAlias = Callable[[str], None]


def silent(line: str) -> None:
    """Say nothing."""


def kept(log: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a log of TRL's that belong into the curve.

    >>> kept({"loss": 0.5, "eval_loss": 0.25, "train_runtime": 3.0})
    {'loss': 0.5, 'dev_loss': 0.25}
    """
    found = {}
    for name, value in log.items():
        plain = name.removeprefix("eval_")
        if plain in NAMES and isinstance(value, int | float):
            found["dev_" * (plain != name) + NAMES[plain]] = float(value)
    return found


class Curve(TrainerCallback):
    """Writes the curve file, and tells the progress; without a path, in all but the first process, neither.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     curve = Curve(Path(folder) / FILE, begins=0, tell=print)
    ...     curve.add(3, {"loss": 0.5})
    ...     curve.close()
    step 3: loss 0.5
    """

    def __init__(self, path: Path | None, *, begins: int, tell: Tell = silent) -> None:
        self._tell = tell
        self._began, self._begins = monotonic(), begins
        if path is not None:
            forget_after(path, begins)
        self._file = None if path is None else AppendedFile(path)

    def add(self, step: int, numbers: Mapping[str, float], *, of: int | None = None) -> None:
        """Write a line of numbers after a step, and tell it."""
        if self._file is None:
            return
        self._file.write(json.dumps({"step": step, **numbers}).encode() + b"\n")
        self._file.flush()
        said = ", ".join(f"{name.replace('_', ' ')} {numbers[name]:.4g}" for name in TOLD if name in numbers)
        if said:
            left = ""
            done = step - self._begins
            if of and step < of and done:
                left = f", {(monotonic() - self._began) / done * (of - step):.0f} s left"
            self._tell(f"step {step}{f' of {of}' if of else ''}: {said}{left}")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Keep what transformers logs."""
        numbers = kept(logs or {})
        if numbers.keys() - {"epoch"} and state.is_world_process_zero:
            self.add(state.global_step, numbers, of=state.max_steps)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def forget_after(path: Path, step: int) -> None:
    """Leave the lines of a JSON lines file up to a step: those after it are made again."""
    if path.is_file():
        lines = path.read_bytes().splitlines(keepends=True)
        replace(path, b"".join(line for line in lines if line.endswith(b"\n") and json.loads(line)["step"] <= step))


def read_curve(path: Path) -> list[dict[str, float]]:
    """The lines of a curve file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
