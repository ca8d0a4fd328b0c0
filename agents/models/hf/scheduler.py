"""Continuous batching: one batch for all requests of all agents, recomposed every round.

A round processes, in as few forward passes as sequence lengths allow, the last token of all answers being written, the
prompts of waiting ones (prefill), and the unread tokens of sessions. An answer enters in the round after its request
and leaves in the round in which it ends.
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
"""The most answers written in one batch; others wait."""


class Scheduler:
    """The requests in progress of one engine. Used from one thread.

    >>> import asyncio
    >>> from symposia.agents.models.hf.loading import Source, read_model
    >>> from symposia.agents.models.hf.reply import Reply
    >>> from symposia.agents.models.hf.requests import Passage
    >>> from symposia.agents.models.hf.slot_cache import TokenSequence
    >>> from symposia.agents.models.pocket import path
    >>> folder = str(path("base"))
    >>> runner = ModelRunner("base", read_model("base", folder, Source(folder, device="cpu")), vocabulary_size=715)
    >>> async def scheduled(outbox):
    ...     scheduler, reply = Scheduler("base", runner, outbox), Reply()
    ...     scheduler.accept(ReadLogits([Passage(TokenSequence([]), ids=[2, 474, 22], valid=0)], reply))
    ...     scheduler.round()
    ...     outbox.flush()
    ...     return (await reply.future).shape
    >>> with torch.inference_mode():
    ...     asyncio.run(scheduled(Outbox()))
    torch.Size([1, 715])
    """

    def __init__(self, name: str, runner: ModelRunner, outbox: Outbox) -> None:
        self._name = name
        self._runner = runner
        self._outbox = outbox
        self._waiting: deque[Write] = deque()
        self._writing: list[Write] = []
        self._reading: list[ReadLogits] = []

    @property
    def idle(self) -> bool:
        """True if there are no requests."""
        return not (self._writing or self._waiting or self._reading)

    @property
    def writing(self) -> bool:
        """True if an answer is being written."""
        return bool(self._writing)

    def accept(self, request: Request) -> None:
        """Add a request for the next round; a job is run at once."""
        match request:
            case Write():
                self._waiting.append(request)
            case ReadLogits():
                self._reading.append(request)
            case job:
                job(self._runner)

    def round(self) -> None:
        """Run one decoding step for all answers, and the forward passes that sessions have requested."""
        self._drop_cancelled()
        self._admit()
        sequences = [write.generation.sequence for write in self._writing]
        written = len(sequences)
        for read in self._reading:
            sequences.extend(passage.prepared() for passage in read.passages)
        if sequences:
            shown = any(read.states for read in self._reading)
            logits, states = self._runner.show(sequences) if shown else (self._runner.read(sequences), None)
            self._take(logits[:written])
            self._answer(logits[written:], None if states is None else states[written:])

    def fail(self, failure: Exception) -> None:
        """Fail all requests in the batch with `ModelUnavailable` and clear the cache; waiting requests stay."""
        batch: list[Write | ReadLogits] = [*self._writing, *self._reading]
        self._writing, self._reading = [], []
        self._drop(batch, f"failed: {str(failure).rstrip('.') or type(failure).__name__}", failure)

    def end(self) -> None:
        """Fail all requests with `ModelUnavailable`, since the model was closed."""
        everything: list[Write | ReadLogits] = [*self._writing, *self._reading, *self._waiting]
        self._waiting, self._writing, self._reading = deque(), [], []
        self._drop(everything, "was closed", None)

    def _drop(self, requests: list[Write | ReadLogits], fate: str, cause: Exception | None) -> None:
        for request in requests:
            error = ModelUnavailable(f"{self._name}: the model {fate}. What it was doing is lost; ask again.")
            error.__cause__ = cause
            request.reply.fail(self._outbox, error)
        self._runner.cache.clear()

    def _drop_cancelled(self) -> None:
        """Drop cancelled requests, and fail those of sessions that have been closed."""
        for write in [write for write in self._writing if write.reply.cancelled]:
            self._leave(write)
        self._waiting = deque(write for write in self._waiting if not write.reply.cancelled)
        for read in [read for read in self._reading if read.closed]:
            read.reply.fail(self._outbox, BadSession(f"{self._name}: a session was closed while it was being read."))
        self._reading = [read for read in self._reading if not (read.closed or read.reply.cancelled)]

    def _admit(self) -> None:
        """Start waiting answers while there is room in the batch."""
        while self._waiting and len(self._writing) < WRITTEN_AT_ONCE:
            write = self._waiting.popleft()
            try:
                write.generation.begin(write.turns, write.adapter)
            except Exception as failure:  # noqa: BLE001 - a bad prompt fails alone
                write.reply.fail(self._outbox, failure)
            else:
                self._writing.append(write)

    def _take(self, logits: Tensor) -> None:
        """Sample the next token of each answer; settle those that are finished. NaN logits fail an answer alone."""
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
        """Settle each request with its logits, and hidden states, as tensors of its own, outside inference mode."""
        if not self._reading:
            return
        with torch.inference_mode(mode=False):
            start = 0
            for read in self._reading:
                own, start = slice(start, start + read.size), start + read.size
                read.reply.settle(self._outbox, logits[own].clone())
                if read.states is not None and states is not None:
                    read.states.settle(self._outbox, states[own].clone())
        self._reading = []

    def _leave(self, write: Write) -> None:
        self._writing.remove(write)
        self._runner.cache.release(write.generation.sequence)
