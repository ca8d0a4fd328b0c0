"""The log-probability margin of preference pairs: by how much a model prefers what is chosen."""

from collections.abc import Sequence

import torch

from ...agents.concurrency import gather
from ...agents.models.hf.model import Model
from ...agents.models.hf.text_session import TextSession, read
from .pair import PreferencePair


async def margins(model: Model, pairs: Sequence[PreferencePair]) -> list[float]:
    """For each pair, log p(chosen) - log p(rejected) in nats, by the model's unmodified distribution.

    The difference to the reference's margins, times beta, is DPO's reward margin.
    """
    calls = {
        (place, chosen): logprob(model, pair.prompt_ids, pair.chosen_ids if chosen else pair.rejected_ids)
        for place, pair in enumerate(pairs)
        for chosen in (True, False)
    }
    found = await gather(calls)
    return [found[place, True] - found[place, False] for place in range(len(pairs))]


async def logprob(model: Model, prompt_ids: Sequence[int], ids: Sequence[int]) -> float:
    """The log-probability in nats of an answer's token ids after a prompt's."""
    session = TextSession(model, [*prompt_ids, *ids])
    try:
        logits = (await read((session,), [len(ids) + 1]))[:-1]
    finally:
        session.close()
    picked = logits.log_softmax(-1).gather(1, torch.tensor(ids, device=logits.device)[:, None])
    return float(picked.sum())
