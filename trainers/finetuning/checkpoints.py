"""Checkpoints that are whole or not there: a killed training goes on from the last whole one, to the same weights."""

import json
import os
import shutil
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final

from safetensors import SafetensorError

from ...agents.durable import replace
from ...agents.errors import BadScenario, CannotWrite

if TYPE_CHECKING:
    from torch import nn

WHOLE: Final = "whole.json"
"""The file that is written last into a checkpoint."""
IDENTITY: Final = "training.json"


def begin(directory: Path, identity: dict[str, Any], *, where: str) -> Path | None:
    """Prepare a directory for a training; returns the checkpoint that it goes on from, if there is one.

    `identity` is all that decides what is trained. Raises `BadScenario` for a directory of another training.
    """
    file = directory / IDENTITY
    if not first_process():
        wait_for(file)
    if file.is_file():
        known = json.loads(file.read_text(encoding="utf-8"))
        if other := sorted(key for key in identity.keys() | known.keys() if identity.get(key) != known.get(key)):
            raise BadScenario(
                f"{where}: {directory} holds another training: it differs in {', '.join(other)}. Give this one another "
                "directory, or remove that one."
            )
    else:
        replace(file, json.dumps(identity, indent=2, sort_keys=True).encode() + b"\n")
    found = whole(directory / "checkpoints")
    for torn in (directory / "checkpoints").glob("checkpoint-*"):
        if torn not in found and first_process():
            shutil.rmtree(torn)
    return found[-1] if found else None


def first_process() -> bool:
    """True in the process that writes files: the only one, or the first of those that `accelerate launch` started."""
    return os.environ.get("RANK", "0") == "0"


def wait_for(file: Path, seconds: float = 120.0) -> None:
    """Wait until the first process has written a file. Raises `CannotWrite` if it does not."""
    end = monotonic() + seconds
    while not file.is_file():
        if monotonic() > end:
            raise CannotWrite(f"{file}: the first process has not written it. See what it says.")
        sleep(0.1)


def whole(folder: Path) -> list[Path]:
    """The whole checkpoints in a folder, the oldest first."""
    return sorted((file.parent for file in folder.glob(f"checkpoint-*/{WHOLE}")), key=step_of)


def step_of(checkpoint: Path) -> int:
    """The step after which a checkpoint was written."""
    return int(checkpoint.name.rpartition("-")[2])


def finished(checkpoint: Path) -> int | None:
    """The number of steps of a training whose last checkpoint this is; None if steps are left."""
    state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    return int(state["global_step"]) if state["global_step"] >= state["max_steps"] else None


class Durable:
    """What our trainers add to TRL's: checkpoints that are whole or not there, and no model card of TRL's.

    Put it before the class of a trainer: `type("Durable", (Durable, SFTTrainer), {"keep": 2})`.

    >>> Durable.keep
    2
    """

    keep = 2
    args: Any
    state: Any

    def create_model_card(self, *_: object, **__: object) -> None:
        """Write none: the card is written with the weights, when the training is over."""

    def _save_checkpoint(self, model: "nn.Module", trial: Any) -> None:  # noqa: ANN401 - transformers' own
        folder = Path(self.args.output_dir)
        made = folder / f"checkpoint-{self.state.global_step}"
        try:
            super()._save_checkpoint(model, trial)  # type: ignore[misc]
            if self.args.should_save:
                replace(made / WHOLE, b"{}\n")
        except (OSError, RuntimeError, SafetensorError, CannotWrite) as error:
            shutil.rmtree(made, ignore_errors=True)
            reason = (getattr(error, "strerror", None) or str(error).split("\n")[0]).rstrip(".")
            raise CannotWrite(
                f"{made}: {reason}. The checkpoint before it is kept: make room on the disk and run the same command "
                "again."
            ) from error
        if self.args.should_save:
            for old in whole(folder)[: -self.keep]:
                shutil.rmtree(old)
