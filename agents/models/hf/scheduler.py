"""What is read and written together: one batch for all requests of all agents, mended every round.

Every round reads, in as few forward passes as their lengths allow, the next token of all texts that are
being written, the prompts of those that were waiting, and all that sessions ask for. A text enters in the
round after it was asked for and leaves in the round in which it ends.
"""

from collections import deque
from math import isnan

import torch
from torch import Tensor

from ...errors import BadModel, ModelUnavailable
from ..sampling import pick_each
from .reply import BadSession, Outbox
from .requests import ReadLogits, Request, Write
from .runner import ModelRunner

WRITTEN_AT_ONCE = 256
"""How many texts are written in one batch; others wait."""


class Scheduler:
    """The requests under way. Used from one thread."""

    def __init__(self, name: str, network: ModelRunner, outbox: Outbox) -> None:
        self._name = name
        self._network = network
        self._outbox = outbox
        self._waiting: deque[Write] = deque()
        self._writing: list[Write] = []
        self._reading: list[ReadLogits] = []

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return not (self._writing or self._waiting or self._reading)

    @property
    def writing(self) -> bool:
        """Whether there is a text to go on with."""
        return bool(self._writing)

    def accept(self, request: Request) -> None:
        """Take a request in; do it at once if it is a job."""
        match request:
            case Write():
                self._waiting.append(request)
            case ReadLogits():
                self._reading.append(request)
            case job:
                job(self._network)

    def round(self) -> None:
        """Read one more token of everything that is being written, and all that is to be read."""
        self._drop_cancelled()
        self._admit()
        rows = [write.generation.row for write in self._writing]
        written = len(rows)
        for read in self._reading:
            rows.extend(passage.prepared() for passage in read.passages)
        if rows:
            shown = any(read.states for read in self._reading)
            logits, states = self._network.show(rows) if shown else (self._network.read(rows), None)
            self._take(logits[:written])
            self._answer(logits[written:], None if states is None else states[written:])

    def fail(self, failure: Exception) -> None:
        """Fail everything that was in the batch. The cache starts anew; what waits is tried next."""
        batch: list[Write | ReadLogits] = [*self._writing, *self._reading]
        self._writing, self._reading = [], []
        self._drop(batch, f"failed: {str(failure).rstrip('.') or type(failure).__name__}", failure)

    def end(self) -> None:
        """Fail everything, since the model was closed."""
        everything: list[Write | ReadLogits] = [*self._writing, *self._reading, *self._waiting]
        self._waiting, self._writing, self._reading = deque(), [], []
        self._drop(everything, "was closed", None)

    def _drop(self, requests: list[Write | ReadLogits], fate: str, cause: Exception | None) -> None:
        for request in requests:
            error = ModelUnavailable(f"{self._name}: the model {fate}. What it was doing is lost; ask again.")
            error.__cause__ = cause
            request.reply.fail(self._outbox, error)
        self._network.cache.clear()

    def _drop_cancelled(self) -> None:
        """Forget requests that no one waits for any more, and sessions that were closed under their reader."""
        for write in [write for write in self._writing if write.reply.cancelled]:
            self._leave(write)
        self._waiting = deque(write for write in self._waiting if not write.reply.cancelled)
        for read in [read for read in self._reading if read.closed]:
            read.reply.fail(self._outbox, BadSession(f"{self._name}: a session was closed while it was being read."))
        self._reading = [read for read in self._reading if not (read.closed or read.reply.cancelled)]

    def _admit(self) -> None:
        """Begin waiting texts while there is room."""
        while self._waiting and len(self._writing) < WRITTEN_AT_ONCE:
            write = self._waiting.popleft()
            try:
                write.generation.begin(write.turns, write.adapter)
            except Exception as failure:  # noqa: BLE001 - a prompt that cannot be read fails alone
                write.reply.fail(self._outbox, failure)
            else:
                self._writing.append(write)

    def _take(self, logits: Tensor) -> None:
        """Pick the next token of each text; let those that ended leave."""
        if not self._writing:
            return
        tokens, logprobs = pick_each(logits, [write.generation.sampler for write in self._writing])
        for write, token, logprob in zip(tuple(self._writing), tokens, logprobs, strict=True):
            if isnan(logprob):
                write.reply.fail(
                    self._outbox, BadModel(f"{self._name}: its output is not a number. Check its weights.")
                )
                self._leave(write)
                continue
            write.generation.take(token, logprob)
            if write.generation.finish is not None:
                write.reply.settle(self._outbox, write.generation.answer())
                self._leave(write)

    def _answer(self, logits: Tensor, states: Tensor | None) -> None:
        """Hand each reader its rows of logits, and of hidden states, as tensors that may be written to."""
        if not self._reading:
            return
        with torch.inference_mode(mode=False):
            place = 0
            for read in self._reading:
                own, place = slice(place, place + read.size), place + read.size
                read.reply.settle(self._outbox, logits[own].clone())
                if read.states is not None and states is not None:
                    read.states.settle(self._outbox, states[own].clone())
        self._reading = []

    def _leave(self, write: Write) -> None:
        self._writing.remove(write)
        self._network.cache.release(write.generation.row)
