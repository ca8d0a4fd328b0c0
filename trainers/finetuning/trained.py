"""The outcome of a training: the policy, its files, and what there is to say about it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from peft import PeftModel

from ...agents.durable import replace, writing
from .card import card
from .lineage import Lineage
from .network import DEFAULT
from .policy import Policy

CONFIG: Final = "adapter_config.json"


@dataclass(frozen=True)
class Trained:
    """A finished training.

    `folder` holds the weights: an adapter in PEFT's format, or a whole model. `best` is the step and value of the dev
    measurement whose weights they are, None without a dev set. `notes` say what was left out, and what looks wrong.

    >>> Trained(policy="student@1", folder=Path("runs/sft/adapter"), steps=40, best=None, notes=(), seconds=9.5).steps
    40
    """

    policy: str
    folder: Path
    steps: int
    best: tuple[int, float] | None
    notes: tuple[str, ...]
    seconds: float


def save(policy: Policy, directory: Path) -> Path:
    """Write the policy's weights, lineage and card into a folder of a directory, whole or not at all.

    Returns the folder, `adapter` or `model`. Raises `CannotWrite`.
    """
    folder = directory / ("adapter" if policy.adapts else "model")
    part = directory / f"{folder.name}.new"
    with writing(folder):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        network = policy.network
        if isinstance(network, PeftModel):
            network.save_pretrained(str(part), selected_adapters=[DEFAULT])
            _name_base(part / CONFIG, policy.lineage)
        else:
            with policy.answering():
                policy.model.save(part)
        policy.lineage.save(part)
        replace(part / "README.md", card(policy.lineage, adapts=policy.adapts).encode())
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    return folder


def _name_base(file: Path, lineage: Lineage) -> None:
    """Write the base's name or folder, and its revision, into an adapter's configuration."""
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    content |= {"base_model_name_or_path": lineage.base.path, "revision": lineage.base.revision}
    replace(file, json.dumps(content, indent=2, sort_keys=True).encode() + b"\n")
