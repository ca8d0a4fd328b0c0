"""Where a training runs: a directory, a thread of its own, and the event loop of its caller."""

import asyncio
from collections.abc import Callable
from concurrent.futures import wait
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any, Final

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from .curve import Tell, silent
from .trained import Trained

POLL: Final = 0.5
"""The seconds after which a training that waits looks whether it is to stop."""


@dataclass(frozen=True)
class Place:
    """Where a training is: its directory, who is told of its progress, and what says that it is to stop.

    `tell` is called in the thread of the training.

    >>> Place(Path("runs/sft")).stop.is_set()
    False
    """

    directory: Path
    tell: Tell = silent
    stop: Event = field(default_factory=Event)


class Halt(TrainerCallback):
    """Ends a training after the step in which it is told to: by an error, after which it can be gone on with.

    >>> issubclass(Halt, TrainerCallback)
    True
    """

    def __init__(self, stop: Event) -> None:
        self._stop = stop

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: object) -> None:
        """Raise `CancelledError` if it is to stop."""
        if self._stop.is_set():
            raise asyncio.CancelledError


async def in_thread(work: Callable[[Place], Trained], out: Path, tell: Tell) -> Trained:
    """Run a training in a thread of its own; if this is cancelled, it ends after its step."""
    place = Place(out, tell)
    try:
        return await asyncio.to_thread(work, place)
    except asyncio.CancelledError:
        place.stop.set()
        raise


def in_loop(work: Any, loop: asyncio.AbstractEventLoop, stop: Event) -> Any:  # noqa: ANN401 - a coroutine's result
    """The result of a coroutine in the event loop of another thread. Raises `CancelledError` once it is to stop."""
    under_way = asyncio.run_coroutine_threadsafe(work, loop)
    while not stop.is_set():
        if wait([under_way], timeout=POLL).done:
            return under_way.result()
    under_way.cancel()
    raise asyncio.CancelledError
