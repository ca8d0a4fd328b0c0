"""Training from preferences: direct preference optimization (DPO) of recorded answers, by their token ids."""

import copy
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from datasets import Dataset  # type: ignore[import-untyped]
from transformers import PreTrainedModel

from ...agents.errors import BadData
from .arguments import check_passed, configuration
from .curve import Tell, silent
from .library import trl
from .lineage import data_hash
from .on_dev import on_dev
from .pair import PreferencePair, sifted
from .place import Place, in_thread
from .policy import Policy
from .session import Data, Session
from .settings import PreferenceSettings
from .trained import Trained


class ByToken:
    """What our trainer changes in TRL's: its data are token ids already, so nothing is tokenized.

    >>> ByToken()._prepare_dataset("as it is", "processing class", "arguments", "train")
    'as it is'
    """

    def _prepare_dataset(self, dataset: Dataset, *_: object) -> Dataset:
        return dataset


async def dpo(  # noqa: PLR0913 - the last three by name alone
    policy: Policy,
    pairs: Sequence[PreferencePair],
    settings: PreferenceSettings | None = None,
    *,
    out: Path,
    dev: Sequence[PreferencePair] = (),
    tell: Tell = silent,
) -> Trained:
    """Train a policy to prefer what is chosen in pairs, in a directory; the weights of the least loss on dev stay.

    The reference is the policy as it begins, an adapter of an earlier training included. Pairs that are tied, closer
    than the gap or too long are left out. Raises `BadData` if none is left, `BadScenario` for a directory of another
    training, `CannotWrite`.
    """
    chosen = settings or PreferenceSettings()
    return await in_thread(partial(_dpo, policy, pairs, chosen, dev), out, tell)


def _dpo(
    policy: Policy,
    pairs: Sequence[PreferencePair],
    settings: PreferenceSettings,
    dev: Sequence[PreferencePair],
    place: Place,
) -> Trained:
    library = trl("dpo")
    check_passed(library.DPOConfig, settings, where="dpo")
    longest = min(settings.longest, policy.base.context)
    train, tied = sifted(pairs, settings.gap)
    measured = sifted(dev, settings.gap, where="dpo: dev").pairs if dev else ()
    fit = short(train, longest, where="dpo")
    measured = short(measured, longest, where="dpo: dev") if measured else ()
    hashed = data_hash(one.model_dump_json() for one in (*fit, *measured))
    data = Data(hashed, len(fit), sum(len(one.chosen_ids) + len(one.rejected_ids) for one in fit))
    session = Session(policy, "dpo", settings, data, place)

    def make() -> Any:  # noqa: ANN401 - TRL's
        callbacks, more = on_dev(session.selection, settings.dev_every, measured=bool(measured))
        losses = {"loss_type": ["sigmoid", "sft"], "loss_weights": [1.0, settings.supervised]}
        return session.trainer(
            type("DPOByToken", (ByToken, library.DPOTrainer), {}),
            *callbacks,
            ref_model=reference(policy, settings),
            args=configuration(
                library.DPOConfig,
                settings,
                policy.network.device,
                place.directory,
                max_length=None,
                beta=settings.beta,
                **(losses if settings.supervised else {}),
                **more,
            ),
            train_dataset=dataset(fit),
            eval_dataset=dataset(measured) if measured else None,
        )

    return session.run(make, lambda: _notes(tied, len(train) - len(fit), settings, longest))


def reference(policy: Policy, settings: PreferenceSettings) -> PreTrainedModel | None:
    """A frozen copy of the weights; None where TRL keeps the reference: of an adapter, or of log-probabilities."""
    if policy.adapts or settings.trl.get("precompute_ref_log_probs"):
        return None
    frozen: Any = copy.deepcopy(policy.network)
    frozen.requires_grad_(requires_grad=False)
    made: PreTrainedModel = frozen
    return made


def short(pairs: Sequence[PreferencePair], longest: int, *, where: str) -> tuple[PreferencePair, ...]:
    """The pairs of at most `longest` tokens, the prompt included. Raises `BadData` if there are none."""
    kept = tuple(one for one in pairs if one.longest <= longest)
    if not kept:
        raise BadData(
            f"{where}: all {len(pairs):,} pairs are longer than {longest:,} tokens. Set longest to more, within the "
            "model's context."
        )
    return kept


def dataset(pairs: Sequence[PreferencePair]) -> Dataset:
    """The pairs as TRL reads tokenized ones: `prompt_ids`, `chosen_ids` and `rejected_ids`."""
    return Dataset.from_list(
        [
            {
                "prompt_ids": list(one.prompt_ids),
                "chosen_ids": list(one.chosen_ids),
                "rejected_ids": list(one.rejected_ids),
            }
            for one in pairs
        ]
    )


def _notes(tied: int, long: int, settings: PreferenceSettings, longest: int) -> tuple[str, ...]:
    said = []
    if tied:
        said.append(f"{tied:,} pairs were tied or closer than {settings.gap:g} and were left out.")
    if long:
        said.append(f"{long:,} pairs are longer than {longest:,} tokens and were left out.")
    return tuple(said)
