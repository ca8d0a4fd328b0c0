"""TRL's configurations, made of settings: what is ours to set, and what is passed through."""

import atexit
import dataclasses
import os
import warnings
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import torch

from ...agents.errors import BadScenario, UnknownName
from .settings import TrainingSettings

OURS: Final[Mapping[str, str]] = {
    "learning_rate": "rate",
    "num_train_epochs": "epochs",
    "max_steps": "steps",
    "per_device_train_batch_size": "at_once",
    "gradient_accumulation_steps": "batch",
    "lr_scheduler_type": "schedule",
    "warmup_steps": "warmup",
    "max_grad_norm": "clip",
    "max_length": "longest",
    "save_steps": "save_every",
    "save_total_limit": "keep",
    "eval_steps": "dev_every",
    "logging_steps": "log_every",
    "report_to": "report_to",
    "num_generations": "samples",
    "temperature": "temperature",
    "max_completion_length": "max_tokens",
    "scale_rewards": "scale",
    "loss_weights": "supervised",
    "output_dir": "the directory",
    "use_cpu": "the model's device",
    "data_seed": "seed",
    "save_strategy": "save_every",
    "eval_strategy": "dev_every",
    "load_best_model_at_end": "dev_every",
    "push_to_hub": "symposia push",
}
"""TRL's arguments that settings say in other words."""


def microbatch(rows: int, at_once: int) -> int:
    """The largest divisor of a step's rows that is at most `at_once`.

    >>> microbatch(12, 5)
    4
    """
    return max(size for size in range(1, min(rows, at_once) + 1) if rows % size == 0)


def check_passed(kind: Any, settings: TrainingSettings, *, where: str) -> None:  # noqa: ANN401 - a class of TRL's
    """Raise `UnknownName` for an argument that TRL's configuration does not have, `BadScenario` for one of ours."""
    known = {field.name for field in dataclasses.fields(kind)}
    for name in settings.trl:
        if name not in known:
            raise UnknownName(f"argument of {kind.__name__}", name, known, where=f"{where}: trl")
        if name == "trust_remote_code":
            raise BadScenario(f"{where}: trl.{name}: code of a model is never run here. Leave it out.")
        if name in OURS or name in type(settings).model_fields:
            raise BadScenario(f"{where}: trl.{name}: is said by {OURS.get(name, name)}. Set that instead.")


def trackers(settings: TrainingSettings) -> list[str]:
    """The trackers that are reported to: those of the settings, and TensorBoard where it is installed."""
    boards = ["tensorboard"] if find_spec("tensorboard") or find_spec("tensorboardX") else []
    return list(dict.fromkeys([*settings.report_to, *boards]))


@cache
def leave_at_exit() -> None:
    """Have this process leave its group in order when it exits: one that just ends aborts now and then."""

    def leave() -> None:
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()

    atexit.register(leave)


def configuration(
    kind: Any,  # noqa: ANN401 - a class of TRL's
    settings: TrainingSettings,
    device: torch.device,
    directory: Path,
    **own: Any,  # noqa: ANN401 - by TRL's names
) -> Any:  # noqa: ANN401 - of that class
    """A configuration of TRL. Mixed precision and recomputed activations are for GPUs, unless `trl` says otherwise."""
    rows, processes = own.pop("rows", settings.batch), int(os.environ.get("WORLD_SIZE", "1"))
    if processes > 1:
        leave_at_exit()
    if rows % processes:
        raise BadScenario(f"batch: {rows} rows cannot be shared by {processes} processes. Give a multiple of them.")
    at_once = microbatch(rows // processes, settings.at_once)
    on_gpu = device.type != "cpu"
    values = {
        "output_dir": str(directory / "checkpoints"),
        "learning_rate": settings.rate,
        "num_train_epochs": settings.epochs,
        "max_steps": settings.steps or -1,
        "per_device_train_batch_size": at_once,
        "per_device_eval_batch_size": at_once,
        "gradient_accumulation_steps": rows // at_once // processes,
        "lr_scheduler_type": settings.schedule,
        "warmup_steps": settings.warmup,
        "max_grad_norm": settings.clip,
        "seed": settings.seed,
        "save_strategy": "steps",
        "save_steps": settings.save_every,
        "logging_steps": settings.log_every,
        "report_to": trackers(settings) or "none",
        "disable_tqdm": True,
        "bf16": on_gpu and torch.cuda.is_bf16_supported(),
        "gradient_checkpointing": on_gpu,
        "use_cpu": not on_gpu,
        "dataloader_pin_memory": on_gpu,
        "remove_unused_columns": False,
    }
    with warnings.catch_warnings():  # transformers renames what TRL has not renamed yet
        warnings.simplefilter("ignore", FutureWarning)
        return kind(**{**values, **own, **settings.trl})
