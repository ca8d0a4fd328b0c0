"""A resident reward model: it scores answers, and writes none."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import PreTrainedModel

from ...accounting import Usage
from ...message import Reward, Turn
from .chat import ChatTokenizer
from .device_lock import device_lock
from .runner import BATCH_TOKENS


class PendingScore(NamedTuple):
    """A conversation in token ids, and who waits for its score."""

    ids: list[int]
    score: "Future[float]"


class RewardModel:
    """Scores conversations in a thread of its own; those that wait at the same time are read in one batch."""

    def __init__(self, network: PreTrainedModel, chat: ChatTokenizer, threads: int | None = 1) -> None:
        self.chat = chat
        self._network = network
        self._threads = threads
        self._turns = device_lock(network.device)
        self._waiting: list[PendingScore] = []
        self._door = Lock()
        self._thread = ThreadPoolExecutor(1, chat.name)

    @property
    def name(self) -> str:
        """The name its errors carry."""
        return self.chat.name

    async def score(self, turns: Sequence[Turn]) -> Reward:
        """The raw score of a conversation's last turn. Raises `PromptTooLong`, `BadMessage`."""
        read = PendingScore(self.chat.transcript(turns), Future())
        with self._door:
            self._waiting.append(read)
        self._thread.submit(self._read_all)
        value = await asyncio.wrap_future(read.score)
        return Reward(value=value, usage=Usage(prompt_tokens=len(read.ids), calls=1))

    def _read_all(self) -> None:
        """Read what waits; whoever came with others finds nothing left to do."""
        with self._door:
            came, self._waiting = self._waiting, []
        waiting = [read for read in came if read.score.set_running_or_notify_cancel()]
        waiting.sort(key=lambda read: len(read.ids))
        while waiting:
            count = max(1, sum(len(read.ids) * (n + 1) <= BATCH_TOKENS for n, read in enumerate(waiting)))
            batch, waiting = waiting[:count], waiting[count:]
            try:
                scores = self._scores([read.ids for read in batch])
            except Exception as failure:  # noqa: BLE001 - whatever it was, those who wait must hear of it
                for read in batch:
                    read.score.set_exception(failure)
            else:
                for read, score in zip(batch, scores, strict=True):
                    read.score.set_result(score)

    def _scores(self, rows: Sequence[list[int]]) -> list[float]:
        """The scores of conversations that are read together, each at its own last token."""
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        width = max(map(len, rows))
        device = self._network.device
        ids = torch.tensor([row + [0] * (width - len(row)) for row in rows], device=device)
        ends = torch.tensor([len(row) - 1 for row in rows], device=device)
        with torch.inference_mode(), self._turns:
            hidden: Tensor = self._network.base_model(input_ids=ids, use_cache=False).last_hidden_state
            last = hidden[torch.arange(len(rows), device=device), ends]
            scores: list[float] = self._network.score(last)[:, 0].float().tolist()  # type: ignore[operator]
        return scores
