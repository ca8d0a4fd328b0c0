"""The numbers behind a stand-in server: log-probabilities over a padded output layer, and texts."""

import asyncio
from collections.abc import Sequence
from typing import Final

import torch
from symposia.agents.message import Sampling
from symposia.agents.models.hf.model import Model
from symposia.agents.models.hf.text_session import TextSession, read
from symposia.agents.models.sampling import Sampler, pick_each
from torch import Tensor

PADDING: Final = 53
"""How many tokens the output layer has beyond the vocabulary."""


class Rows:
    """A model's next-token log-probabilities after prompts, padding included."""

    def __init__(self, model: Model, context: int | None) -> None:
        self.model = model
        self.context = context or model.context
        self.width = model.vocabulary.size + PADDING

    def after(self, prompts: Sequence[Sequence[int]]) -> Tensor:
        """The log-probabilities after each prompt: (prompts, width). Padding has a fixed share of about 5 %."""
        logits = asyncio.run(self._read(prompts))
        share = torch.full((len(logits), PADDING), -7.0) + logits.logsumexp(-1, keepdim=True)
        return torch.cat([logits, share], -1).log_softmax(-1)

    def positions(self, ids: Sequence[int], start: int) -> Tensor:
        """The log-probabilities after each beginning of a text from `start` tokens on."""
        return self.after([ids[:length] for length in range(start, len(ids) + 1)])

    def text(self, prompt: Sequence[int], sampling: Sampling, ends: Sequence[int]) -> list[int]:
        """The tokens of a text: as a model here picks them, by the same random numbers."""
        ids, sampler = list(prompt), Sampler(sampling)
        while len(ids) - len(prompt) < sampling.max_tokens:
            logits = asyncio.run(self._read([ids]))
            ids += pick_each(logits, [sampler])[0]
            text = self.model.chat.decode(ids[len(prompt) :])
            if ids[-1] in ends or any(stop in text for stop in sampling.stop):
                break
        return ids[len(prompt) :]

    async def _read(self, prompts: Sequence[Sequence[int]]) -> Tensor:
        sessions = [TextSession(self.model, prompt) for prompt in prompts]
        try:
            return torch.cat([await read(sessions[at : at + 16]) for at in range(0, len(sessions), 16)])
        finally:
            for session in sessions:
                session.close()
