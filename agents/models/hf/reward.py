"""A resident reward model: it scores answers."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import PreTrainedModel

from ...accounting import Usage
from ...message import Reward
from ...turn import Turn
from .chat import ChatTokenizer
from .device_lock import device_lock
from .runner import BATCH_TOKENS


class PendingScore(NamedTuple):
    """A conversation's token ids, and the future of its score.

    >>> pending = PendingScore([2, 474, 22, 1], Future())
    >>> pending.score.set_result(0.5)
    >>> pending.score.result()
    0.5
    """

    ids: list[int]
    score: "Future[float]"


class RewardModel:
    """A sequence classifier with one score, run in a thread of its own; concurrent requests are batched.

    >>> from symposia.agents.loading import load_reward
    >>> turns = [Turn("user", "12 + 7 = ?"), Turn("assistant", "19")]
    >>> asyncio.run(load_reward("pocket:reward").score(turns)).usage.calls
    1
    """

    def __init__(self, model: PreTrainedModel, chat: ChatTokenizer, threads: int | None = 1) -> None:
        self.chat = chat
        self._model = model
        self._threads = threads
        self._device_lock = device_lock(model.device)
        self._waiting: list[PendingScore] = []
        self._lock = Lock()
        self._thread = ThreadPoolExecutor(1, chat.name)

    @property
    def name(self) -> str:
        """Its name in error messages."""
        return self.chat.name

    async def score(self, turns: Sequence[Turn]) -> Reward:
        """The raw score of a conversation's last turn, higher is better. Raises `PromptTooLong`, `BadMessage`."""
        pending = PendingScore(self.chat.transcript(turns), Future())
        with self._lock:
            self._waiting.append(pending)
        self._thread.submit(self._read_all)
        value = await asyncio.wrap_future(pending.score)
        return Reward(value=value, usage=Usage(prompt_tokens=len(pending.ids), calls=1))

    def _read_all(self) -> None:
        """Score all waiting conversations in batches; does nothing if an earlier call has taken them."""
        with self._lock:
            arrived, self._waiting = self._waiting, []
        waiting = [pending for pending in arrived if pending.score.set_running_or_notify_cancel()]
        waiting.sort(key=lambda pending: len(pending.ids))
        while waiting:
            count = max(1, sum(len(pending.ids) * (n + 1) <= BATCH_TOKENS for n, pending in enumerate(waiting)))
            batch, waiting = waiting[:count], waiting[count:]
            try:
                scores = self._scores([pending.ids for pending in batch])
            except Exception as failure:  # noqa: BLE001 - raised where scores are awaited
                for pending in batch:
                    pending.score.set_exception(failure)
            else:
                for pending, score in zip(batch, scores, strict=True):
                    pending.score.set_result(score)

    def _scores(self, conversations: Sequence[list[int]]) -> list[float]:
        """The scores of a batch of conversations, each at its own last token."""
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        width = max(map(len, conversations))
        device = self._model.device
        ids = torch.tensor(
            [conversation + [0] * (width - len(conversation)) for conversation in conversations], device=device
        )
        ends = torch.tensor([len(conversation) - 1 for conversation in conversations], device=device)
        with torch.inference_mode(), self._device_lock:
            hidden: Tensor = self._model.base_model(input_ids=ids, use_cache=False).last_hidden_state
            last = hidden[torch.arange(len(conversations), device=device), ends]
            scores: list[float] = self._model.score(last)[:, 0].float().tolist()  # type: ignore[operator]
        return scores
