"""The thread in which a resident model runs: one queue, and one batch of whatever is being read or written.

Every round reads, in as few forward passes as their lengths allow, the next token of all texts that are
being written, the prompts of those that were waiting, and all that sessions ask for. A text enters in the
round after it was asked for and leaves in the round in which it ends.
"""

import asyncio
import atexit
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from queue import Empty, SimpleQueue
from typing import TypeAlias
from weakref import WeakSet

import torch
from torch import Tensor

from ...errors import BadModel, ModelUnavailable
from ...message import Answer, Turn
from .adapters import Adapter
from .cache import Row
from .generation import Generation
from .network import Network
from .reply import BadSession, Outbox, Reply
from .sampling import pick_each

WRITTEN_AT_ONCE = 256
"""How many texts are written in one batch; others wait."""


@dataclass(frozen=True, eq=False)
class Write:
    """Ask for an answer."""

    generation: Generation
    turns: Sequence[Turn]
    adapter: Adapter | None
    reply: Reply[Answer]


@dataclass(frozen=True, eq=False)
class Passage:
    """A session's text as it is now. Of what the cache holds of it, the first `valid` tokens are still right."""

    row: Row
    ids: Sequence[int]
    valid: int
    keep: int = 1


@dataclass(frozen=True, eq=False)
class Read:
    """Ask for logits: at the last `keep` positions of each passage."""

    passages: Sequence[Passage]
    reply: Reply[Tensor]


Job: TypeAlias = Callable[[Network], None]
"""Something short to do between two rounds, in order with the requests."""


class Engine:
    """Runs a network in a thread of its own, which starts with the first request."""

    def __init__(self, name: str, network: Network, threads: int | None) -> None:
        self.name = name
        self.network = network
        self._threads = threads
        self._inbox: SimpleQueue[Write | Read | Job | None] = SimpleQueue()
        self._outbox = Outbox()
        self._waiting: deque[Write] = deque()
        self._writing: list[Write] = []
        self._reading: list[Read] = []
        self._door = threading.RLock()  # the collector may end a session, which submits, inside submit
        self._thread: threading.Thread | None = None
        self._closed = self._stopped = False
        _ENGINES.add(self)

    def submit(self, request: Write | Read | Job) -> None:
        """Queue a request. Raises `ModelUnavailable` after `stop`."""
        with self._door:
            if self._closed:
                raise ModelUnavailable(f"{self.name}: the model was closed. Load it again.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()
            self._inbox.put(request)

    @property
    def closed(self) -> bool:
        """Whether it takes no more requests."""
        return self._closed

    def tell(self, loop: asyncio.AbstractEventLoop, news: Callable[[], None]) -> None:
        """Have an event loop call this after the round. For the engine's own thread."""
        self._outbox.add(loop, news)

    def stop(self) -> None:
        """Have the thread end after its round; whatever waits then fails with `ModelUnavailable`."""
        with self._door:
            self._closed = True
            self._inbox.put(None)

    def close(self) -> None:
        """Stop, and wait until the thread has ended. Closing twice is allowed."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        if self._threads is not None:
            torch.set_num_threads(self._threads)
        with torch.inference_mode():
            while not self._stopped:
                try:
                    self._receive()
                    self._round()
                except Exception as failure:  # noqa: BLE001 - whatever it was, those who wait must hear of it
                    self._drop_all(failure)
                self._outbox.flush()
        self._drop_all(None)
        self._outbox.flush()

    def _receive(self) -> None:
        """Take what has come; wait only if there is nothing else to do."""
        idle = not (self._writing or self._waiting or self._reading)
        while True:
            try:
                request = self._inbox.get(block=idle)
            except Empty:
                return
            idle = False
            match request:
                case None:
                    self._stopped = True
                    return
                case Write():
                    self._waiting.append(request)
                case Read():
                    self._reading.append(request)
                case _:
                    request(self.network)

    def _round(self) -> None:
        """Read one more token of everything that is being written, and all that is to be read."""
        if self._stopped:
            return
        self._drop_cancelled()
        self._admit()
        rows = [write.generation.row for write in self._writing]
        written = len(rows)
        for read in self._reading:
            rows.extend(_prepared(passage) for passage in read.passages)
        if rows:
            logits = self.network.read(rows)
            self._take(logits[:written])
            self._answer(logits[written:])

    def _drop_cancelled(self) -> None:
        """Forget requests that no one waits for any more."""
        for write in [write for write in self._writing if write.reply.cancelled]:
            self._leave(write)
        self._waiting = deque(write for write in self._waiting if not write.reply.cancelled)
        for read in [read for read in self._reading if any(passage.row.closed for passage in read.passages)]:
            read.reply.fail(self._outbox, BadSession(f"{self.name}: a session was closed while it was being read."))
            self._reading.remove(read)
        self._reading = [read for read in self._reading if not read.reply.cancelled]

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
                write.reply.fail(self._outbox, BadModel(f"{self.name}: its output is not a number. Check its weights."))
                self._leave(write)
                continue
            write.generation.take(token, logprob)
            if write.generation.finish is not None:
                write.reply.settle(self._outbox, write.generation.answer())
                self._leave(write)

    def _answer(self, logits: Tensor) -> None:
        """Hand each reader its rows of logits, as tensors that may be written to."""
        with torch.inference_mode(mode=False):
            for read in self._reading:
                size = sum(passage.keep for passage in read.passages)
                read.reply.settle(self._outbox, logits[:size].clone())
                logits = logits[size:]
        self._reading = []

    def _leave(self, write: Write) -> None:
        self._writing.remove(write)
        self.network.cache.release(write.generation.row)

    def _drop_all(self, failure: Exception | None) -> None:
        """Fail everything under way; when stopped (no failure) also what waits. The cache starts anew."""
        fate = f"failed: {failure or type(failure).__name__}" if failure else "was closed"
        dropped = [*self._writing, *self._reading, *(self._waiting if failure is None else ())]
        for request in dropped:
            error = ModelUnavailable(f"{self.name}: the model {fate}. Nothing it was doing can be kept; ask again.")
            error.__cause__ = failure
            request.reply.fail(self._outbox, error)
        self._writing, self._reading = [], []
        self.network.cache.clear()


def _prepared(passage: Passage) -> Row:
    """The passage's row, set to read what the cache does not hold of it."""
    row = passage.row
    row.ids, row.keep = list(passage.ids), passage.keep
    row.cached = min(row.cached, passage.valid, len(row.ids) - row.keep)
    return row


_ENGINES: WeakSet[Engine] = WeakSet()


@atexit.register
def _close_all() -> None:
    """The interpreter must not be torn down under a forward pass."""
    for engine in tuple(_ENGINES):
        engine.close()
