"""Supervised training: the negative log-likelihood of what was sampled, and of nothing else (SFT)."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from datasets import Dataset  # type: ignore[import-untyped]

from ...agents.errors import BadData
from .arguments import check_passed, configuration
from .curve import Tell, silent
from .library import trl
from .lineage import data_hash
from .on_dev import on_dev
from .place import Place, in_thread
from .policy import Policy
from .sequence import TrainingSequence
from .session import Data, Session
from .settings import SupervisedSettings
from .trained import Trained


async def sft(  # noqa: PLR0913 - the last three by name alone
    policy: Policy,
    sequences: Sequence[TrainingSequence],
    settings: SupervisedSettings | None = None,
    *,
    out: Path,
    dev: Sequence[TrainingSequence] = (),
    tell: Tell = silent,
) -> Trained:
    """Train a policy on sequences, in a directory; the weights of the least loss on dev stay, if there is a dev set.

    The loss is the mean over the tokens of a step that are trained on. Raises `BadData` for no sequences or too long
    ones alone, `BadScenario` for a directory of another training, `CannotWrite`.
    """
    chosen = settings or SupervisedSettings()
    return await in_thread(partial(_sft, policy, sequences, chosen, dev), out, tell)


def _sft(
    policy: Policy,
    sequences: Sequence[TrainingSequence],
    settings: SupervisedSettings,
    dev: Sequence[TrainingSequence],
    place: Place,
) -> Trained:
    library = trl("sft")
    check_passed(library.SFTConfig, settings, where="sft")
    longest = min(settings.longest, policy.base.context)
    train = fitting(sequences, longest, where="sft")
    measured = fitting(dev, longest, where="sft: dev") if dev else ()
    hashed = data_hash(one.model_dump_json() for one in (*train, *measured))
    data = Data(hashed, len(train), sum(one.trained for one in train))
    session = Session(policy, "sft", settings, data, place)

    def make() -> Any:  # noqa: ANN401 - TRL's
        callbacks, more = on_dev(session.selection, settings.dev_every, measured=bool(measured))
        return session.trainer(
            library.SFTTrainer,
            *callbacks,
            args=configuration(
                library.SFTConfig, settings, policy.network.device, place.directory, max_length=None, **more
            ),
            train_dataset=dataset(train),
            eval_dataset=dataset(measured) if measured else None,
        )

    left_out = len(sequences) + len(dev) - len(train) - len(measured)
    said = (f"{left_out:,} sequences are longer than {longest:,} tokens and were left out.",) if left_out else ()
    return session.run(make, lambda: said)


def dataset(sequences: Sequence[TrainingSequence]) -> Dataset:
    """The sequences as TRL reads tokenized data: `input_ids`, and `labels` with -100 where there is no loss."""
    return Dataset.from_list([{"input_ids": list(one.ids), "labels": one.labels} for one in sequences])


def fitting(sequences: Sequence[TrainingSequence], longest: int, *, where: str) -> tuple[TrainingSequence, ...]:
    """The sequences of at most `longest` tokens. Raises `BadData` if there are none."""
    if not sequences:
        raise BadData(f"{where}: no sequences. Give at least one.")
    kept = tuple(one for one in sequences if len(one.ids) <= longest)
    if not kept:
        raise BadData(
            f"{where}: all {len(sequences):,} sequences are longer than {longest:,} tokens. Set longest to more, "
            "within the model's context."
        )
    return kept
