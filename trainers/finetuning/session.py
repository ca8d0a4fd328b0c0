"""One training of a policy by a trainer of TRL's: begun or gone on with, watched, selected, and saved."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import torch
from transformers import (
    PreTrainedTokenizerBase,
    PrinterCallback,
    TrainerCallback,
)

from ...agents.models.hf.loading import quietly
from .checkpoints import Durable, begin, finished, first_process, step_of
from .curve import FILE, Curve
from .keeping import kept, threads
from .lineage import Lineage
from .network import read_weights, trainable
from .place import Halt, Place
from .policy import Policy
from .selection import Selection
from .settings import TrainingSettings
from .trained import Trained, save


@dataclass(frozen=True)
class Data:
    """What a training is made of, for its lineage: a hash, the number of rows, and that of tokens with a loss.

    >>> Data(hash="51ac", rows=40, tokens=1200).rows
    40
    """

    hash: str
    rows: int
    tokens: int


class Session:
    """A training of a policy in a directory, by one method with its settings.

    The same training in the same directory goes on from its last checkpoint. Raises `BadScenario` for a directory of
    another one.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from symposia.agents.loading import load
    >>> from symposia.trainers.finetuning.settings import SupervisedSettings
    >>> with TemporaryDirectory() as folder:
    ...     policy, place = Policy(load("pocket:base"), called="student"), Place(Path(folder))
    ...     session = Session(policy, "sft", SupervisedSettings(), Data("51ac", rows=40, tokens=1200), place)
    ...     session.curve.close()
    >>> session.checkpoint, session.lineage.method
    (None, 'sft')
    """

    def __init__(self, policy: Policy, method: str, settings: TrainingSettings, data: Data, place: Place) -> None:
        directory = place.directory
        self.policy = policy
        self.place = place
        self.settings = settings
        self.lineage = Lineage(
            name=policy.called,
            version=policy.version,
            base=policy.lineage.base,
            template=policy.lineage.template,
            method=method,
            data=data.hash,
            rows=data.rows,
            tokens=data.tokens,
            settings=settings.model_dump(mode="json"),
            seed=settings.seed,
            parent=policy.lineage if policy.lineage.method else policy.lineage.parent,
            libraries=policy.lineage.libraries,
        )
        directory.mkdir(parents=True, exist_ok=True)
        self.checkpoint = begin(directory, self.lineage.model_dump(mode="json", exclude={"libraries"}), where=method)
        self.begins = step_of(self.checkpoint) if self.checkpoint else 0
        self.curve = Curve(directory / FILE if first_process() else None, begins=self.begins, tell=place.tell)
        self.selection = Selection(directory, trainable(policy.network), begins=self.begins, patience=settings.patience)

    def tokenizer(self) -> PreTrainedTokenizerBase:
        """A copy of the policy's tokenizer for TRL, which changes it."""
        return copy.deepcopy(self.policy.base.chat.pretrained)

    def trainer(self, kind: Any, *callbacks: TrainerCallback, **arguments: Any) -> Any:  # noqa: ANN401 - a class of TRL's
        """A trainer of TRL's on the policy's network, with whole checkpoints and our curve."""
        made = type(f"Durable{kind.__name__}", (Durable, kind), {"keep": self.settings.keep})
        trainer = made(
            model=self.policy.network,
            processing_class=self.tokenizer(),
            callbacks=[*callbacks, self.curve, Halt(self.place.stop)],
            **arguments,
        )
        trainer.remove_callback(PrinterCallback)
        return trainer

    def run(self, make: Callable[[], Any], notes: Callable[[], tuple[str, ...]] = tuple) -> Trained:
        """Train to the end with the trainer that `make` returns, and save. Raises `CannotWrite`, and what it raises.

        After an error the policy is as it was before.
        """
        began = monotonic()
        policy, version = self.policy, self.policy.version
        before = {name: one.detach().clone() for name, one in trainable(policy.network).items()}
        try:
            with policy.training(), quietly(), kept(policy.network), threads(policy.network, self.settings.threads):
                steps = self._steps(make)
                self.selection.restore(steps)
        except BaseException:  # the policy is as it was, so that the training can be gone on with
            with torch.no_grad():
                for name, value in before.items():
                    trainable(policy.network)[name].copy_(value)
            policy.version = version - 1
            policy.publish()
            raise
        finally:
            self.curve.close()
        if policy.version == version or (self.selection.best and self.selection.best[0] != steps):
            policy.publish()  # unless what was published last is what stays
        policy.refresh()
        policy.lineage = self.lineage.model_copy(update={"version": policy.version})
        folder = save(policy, self.place.directory) if first_process() else self.place.directory
        return Trained(policy.name, folder, steps, self.selection.best, notes(), monotonic() - began)

    def _steps(self, make: Callable[[], Any]) -> int:
        """Do the steps that are left; returns the number of all."""
        if self.checkpoint is not None and (steps := finished(self.checkpoint)) is not None:
            read_weights(self.policy.network, self.checkpoint)
            self.policy.version = self.lineage.version + (steps if self.lineage.method == "grpo" else 0)
            return steps
        trainer = make()
        trainer.train(resume_from_checkpoint=str(self.checkpoint) if self.checkpoint else None)
        return int(trainer.state.global_step)
