"""A text written token by token from outside, with its place in the resident model's cache."""

import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from torch import Tensor

from ...errors import ModelUnavailable
from .engine import Engine
from .reply import BadSession, Reply
from .requests import Passage, ReadLogits
from .runner import ModelRunner
from .slot_cache import TokenSequence

if TYPE_CHECKING:
    from .model import Model


class TextSession:
    """A `Session` of a resident model. Its tokens live here, its keys and values in the model's thread."""

    def __init__(self, model: "Model", ids: Sequence[int]) -> None:
        self._model = model
        self._ids = list(ids)
        self._row = TokenSequence([], model.adapter)
        self._valid = 0
        self._untouched = 0
        self._busy = False
        self._close = weakref.finalize(self, _release, model.engine, self._row)
        self._close.atexit = False

    @property
    def ids(self) -> tuple[int, ...]:
        """Every token so far, prompt included."""
        return tuple(self._ids)

    @property
    def engine(self) -> Engine:
        """The thread it is read in."""
        return self._model.engine

    def append(self, ids: Sequence[int]) -> None:
        """Add tokens to the text."""
        self._check_open()
        size = self._model.vocabulary.size
        if odd := [number for number in ids if not 0 <= number < size]:
            raise BadSession(f"{self._model.name}: no token has the id {odd[0]}. Its vocabulary has {size:,}.")
        self._ids.extend(ids)

    async def next(self) -> Tensor:
        """The next-token logits: float32, shape (vocabulary.size,), on the model's device."""
        return (await read((self,)))[0]

    def rollback(self, length: int) -> None:
        """Cut the text back to its first `length` tokens."""
        self._check_open()
        if not 1 <= length <= len(self._ids):
            raise BadSession(
                f"{self._model.name}: cannot cut {len(self._ids)} tokens back to {length}. Keep at least one."
            )
        del self._ids[length:]
        self._valid = min(self._valid, length)
        self._untouched = min(self._untouched, length)

    def fork(self) -> "TextSession":
        """A copy that goes its own way."""
        self._check_open()
        copy = TextSession(self._model, self._ids)
        copy._valid = copy._untouched = self._valid
        origin, row = self._row, copy._row
        self._model.engine.submit(lambda network: network.cache.fork(origin, row))
        return copy

    def close(self) -> None:
        """Free the cache. Closing twice is allowed."""
        self._close()

    def _check_open(self) -> None:
        if not self._close.alive:
            raise BadSession(f"{self._model.name}: the session was closed. Open another one.")


async def show(sessions: Sequence[TextSession], keep: Sequence[int]) -> tuple[Tensor, Tensor]:
    """What `read` returns, and the hidden states that these logits were made of: float32, (sum of keep, width)."""
    states: Reply[Tensor] = Reply()
    return await read(sessions, keep, states), await states.future


async def read(
    sessions: Sequence[TextSession], keep: Sequence[int] | None = None, states: Reply[Tensor] | None = None
) -> Tensor:
    """Read what was appended to sessions of one host, in one batch.

    Returns float32 logits at the last `keep` positions (one, if not given) of each session, shape
    (sum of keep, vocabulary). Raises `PromptTooLong`, `BadSession`.
    """
    kept = keep or [1] * len(sessions)
    engine = sessions[0]._model.engine
    for session in sessions:
        session._check_open()
        session._model.chat.check_length(len(session._ids), "the text")
        if session._busy or session._model.engine is not engine or len(set(sessions)) < len(sessions):
            raise BadSession(f"{session._model.name}: a session is read twice at once, or with another model's.")
    passages = [
        Passage(session._row, session._ids.copy(), session._valid, count)
        for session, count in zip(sessions, kept, strict=True)
    ]
    reply: Reply[Tensor] = Reply()
    engine.submit(ReadLogits(passages, reply, states))
    for session in sessions:
        session._busy, session._untouched = True, len(session._ids)
    try:
        logits = await reply.future
        for session in sessions:
            session._valid = session._untouched
    finally:
        for session in sessions:
            session._busy = False
    return logits


def _release(engine: Engine, row: TokenSequence) -> None:
    """Free a row's slot, if its engine still runs."""

    def release(network: ModelRunner) -> None:
        network.cache.release(row)

    with suppress(ModelUnavailable):
        engine.submit(release)
