"""The thread in which a resident model runs, and its request queue."""

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
"""The seconds for which an engine keeps its device while others wait for it."""


class Engine:
    """Runs a model in a thread of its own, which starts with the first request.

    `threads` is torch's thread count in that thread; None leaves it unchanged.

    >>> from symposia.agents.loading import load
    >>> results = SimpleQueue()
    >>> load("pocket:base").engine.submit(lambda runner: results.put(runner.model.config.model_type))
    >>> results.get(timeout=60)
    'llama'
    """

    def __init__(self, name: str, runner: ModelRunner, threads: int | None) -> None:
        self.name = name
        self._runner = runner
        self._threads = threads
        self._outbox = Outbox()
        self._scheduler = Scheduler(name, runner, self._outbox)
        self._device_lock = device_lock(runner.device)
        self._inbox: SimpleQueue[Request | None] = SimpleQueue()
        # Reentrant: inside `submit` the garbage collector may end a session, which submits its release.
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._closed = self._stopped = False
        _ENGINES.add(self)

    @property
    def closed(self) -> bool:
        """True if it refuses new requests."""
        return self._closed

    @property
    def texts(self) -> int:
        """The number of sequences in the KV cache: answers being written and open sessions."""
        return len(self._runner.cache.sequences)

    def submit(self, request: Request) -> None:
        """Queue a request; callable from any thread. Raises `ModelUnavailable` after `stop`."""
        with self._lock:
            if self._closed:
                raise ModelUnavailable(f"{self.name}: the model was closed. Load it again.")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
                _THREADS.difference_update([thread for thread in _THREADS if not thread.is_alive()])
                _THREADS.add(self._thread)
                self._thread.start()
            self._inbox.put(request)

    def tell(self, loop: asyncio.AbstractEventLoop, news: Callable[[], None]) -> None:
        """Have an event loop call `news` after this round. Call it from the engine's thread alone."""
        self._outbox.add(loop, news)

    def stop(self) -> None:
        """End the thread after its round; pending requests fail with `ModelUnavailable`."""
        with self._lock:
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
                    with self._device_lock:
                        self._work()
                except Exception as failure:  # noqa: BLE001 - raised where replies are awaited
                    self._scheduler.fail(failure)
                self._outbox.flush()
        self._scheduler.end()
        self._outbox.flush()

    def _work(self) -> None:
        """Run rounds until no answer is being written, or for `SLICE` seconds."""
        end = monotonic() + SLICE
        self._scheduler.round()
        while self._scheduler.writing and not self._stopped and monotonic() < end:
            self._outbox.flush()
            self._receive()
            self._scheduler.round()

    def _receive(self) -> None:
        """Accept queued requests; block only while the scheduler is idle."""
        wait = self._scheduler.idle
        while not self._stopped:
            try:
                request = self._inbox.get(block=wait)
            except Empty:
                return
            wait = False
            if request is None:
                self._stopped = True
            else:
                self._scheduler.accept(request)


_ENGINES: WeakSet[Engine] = WeakSet()
_THREADS: set[threading.Thread] = set()
"""The threads of engines, of those too that are gone: such a thread may still be freeing the engine's tensors."""


@atexit.register
def _close_all() -> None:
    """Stop all engines and wait for their threads, so that the interpreter does not exit while one is in torch."""
    for engine in tuple(_ENGINES):
        engine.close()
    for thread in tuple(_THREADS):
        thread.join()
