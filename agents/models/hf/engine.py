"""The thread in which a resident model runs, and its one queue."""

import asyncio
import atexit
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from time import monotonic
from weakref import WeakSet

import torch

from ...errors import ModelUnavailable
from .device_lock import device_lock
from .reply import Outbox
from .requests import Request
from .runner import ModelRunner
from .scheduler import Scheduler

SLICE = 0.01
"""For how many seconds an engine writes before it lets those on the same device take their turn."""


class Engine:
    """Runs a network in a thread of its own, which starts with the first request.

    `threads` is torch's thread count in that thread; None leaves it as it is.
    """

    def __init__(self, name: str, network: ModelRunner, threads: int | None) -> None:
        self.name = name
        self._network = network
        self._threads = threads
        self._outbox = Outbox()
        self._schedule = Scheduler(name, network, self._outbox)
        self._turns = device_lock(network.device)
        self._inbox: SimpleQueue[Request | None] = SimpleQueue()
        # Reentrant: inside `submit` the garbage collector may end a session, which submits its release.
        self._door = threading.RLock()
        self._thread: threading.Thread | None = None
        self._closed = self._stopped = False
        _ENGINES.add(self)

    @property
    def closed(self) -> bool:
        """Whether it takes no more requests."""
        return self._closed

    @property
    def texts(self) -> int:
        """How many texts have a place in the cache: those being written, and open sessions."""
        return len(self._network.cache.rows)

    def submit(self, request: Request) -> None:
        """Queue a request. Raises `ModelUnavailable` after `stop`."""
        with self._door:
            if self._closed:
                raise ModelUnavailable(f"{self.name}: the model was closed. Load it again.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                self._thread.start()
            self._inbox.put(request)

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
                    with self._turns:
                        self._work()
                except Exception as failure:  # noqa: BLE001 - whatever it was, those who wait must hear of it
                    self._schedule.fail(failure)
                self._outbox.flush()
        self._schedule.end()
        self._outbox.flush()

    def _work(self) -> None:
        """Rounds until there is nothing to write, or other engines have waited long enough."""
        end = monotonic() + SLICE
        self._schedule.round()
        while self._schedule.writing and not self._stopped and monotonic() < end:
            self._outbox.flush()
            self._receive()
            self._schedule.round()

    def _receive(self) -> None:
        """Take what has come; wait only if there is nothing else to do."""
        wait = self._schedule.idle
        while not self._stopped:
            try:
                request = self._inbox.get(block=wait)
            except Empty:
                return
            wait = False
            if request is None:
                self._stopped = True
            else:
                self._schedule.accept(request)


_ENGINES: WeakSet[Engine] = WeakSet()


@atexit.register
def _close_all() -> None:
    """The interpreter must not be torn down under a forward pass."""
    for engine in tuple(_ENGINES):
        engine.close()
