"""Supervised training on recorded answers or chats: an adapter, or all weights, over TRL."""

from pathlib import Path
from typing import Any, Final

from ..finetuning.settings import Lora, SupervisedSettings

ADAPTER: Final = Lora()
DEFAULTS: Final = SupervisedSettings()


def train(  # noqa: PLR0913 - the parameters are the options of the trainer
    directory: Path,
    prompts: object = None,
    *,
    model: str,
    data: Path,
    dev: Path | float | None = None,
    called: str = "policy",
    lora: Lora | None = ADAPTER,
    adapter: Path | None = None,
    settings: SupervisedSettings = DEFAULTS,
) -> list[str]:
    """Train on the sequences or chats of a file; returns the name of the policy that was made.

    `dev` is a file, or a share of the rows. `adapter` is the folder of one that is trained on, `lora: null` trains all
    weights.
    """
    from ..finetuning.data import read_sequences
    from ..finetuning.from_file import base_model, made, parts, policy_of, tell
    from ..finetuning.supervised import sft

    base = base_model(model)
    rows, held_out, said = parts(lambda path: read_sequences(path, base.chat), data, dev, settings.seed)
    policy = policy_of(base, called, lora, adapter, settings.seed)
    return made(sft(policy, rows, settings, out=directory, dev=held_out, tell=tell), said)


def plan(options: Any) -> dict[str, Any]:  # noqa: ANN401 - those of `train`, by name
    """What `train` would do, as facts by name."""
    from ..finetuning.data import read_rows
    from ..finetuning.from_file import held_out, on_dev, planned, steps_of

    rows = read_rows(options.data)
    share = held_out(options, len(rows))
    known = all("ids" in row and "mask" in row for row in rows)
    return planned(
        options,
        rows=len(rows) - share,
        dev=on_dev(options, share),
        tokens=f"{sum(sum(row['mask']) for row in rows):,}" if known else "known when the chats are tokenized",
        steps=steps_of(options.settings, len(rows) - share),
        makes=options.called,
    )
