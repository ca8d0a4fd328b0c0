"""Direct preference optimization on recorded or textual pairs: an adapter, or all weights, over TRL."""

from pathlib import Path
from typing import Any, Final

from ..finetuning.settings import Lora, PreferenceSettings

ADAPTER: Final = Lora()
DEFAULTS: Final = PreferenceSettings()


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
    settings: PreferenceSettings = DEFAULTS,
) -> list[str]:
    """Train on the pairs of a file; returns the name of the policy that was made.

    `dev` is a file, or a share of the rows. `adapter` is the folder of one that is trained on, and measured against;
    `lora: null` trains all weights.
    """
    from ..finetuning.data import read_pairs
    from ..finetuning.from_file import base_model, made, parts, policy_of, tell
    from ..finetuning.preference import dpo

    base = base_model(model)
    rows, held_out, said = parts(lambda path: read_pairs(path, base.chat), data, dev, settings.seed)
    policy = policy_of(base, called, lora, adapter, settings.seed)
    return made(dpo(policy, rows, settings, out=directory, dev=held_out, tell=tell), said)


def plan(options: Any) -> dict[str, Any]:  # noqa: ANN401 - those of `train`, by name
    """What `train` would do, as facts by name."""
    from ..finetuning.data import read_rows
    from ..finetuning.from_file import held_out, on_dev, planned, steps_of

    rows = read_rows(options.data)
    share = held_out(options, len(rows))
    known = all("chosen_ids" in row and "rejected_ids" in row for row in rows)
    tokens = sum(len(row["chosen_ids"]) + len(row["rejected_ids"]) for row in rows) if known else 0
    return planned(
        options,
        pairs=len(rows) - share,
        dev=on_dev(options, share),
        tokens=f"{tokens:,}" if known else "known when the pairs are tokenized",
        steps=f"{steps_of(options.settings, len(rows) - share):,} at most: tied pairs are left out",
        makes=options.called,
    )
