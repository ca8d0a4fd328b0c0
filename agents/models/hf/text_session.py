"""Sessions: texts decoded token by token by a caller, with a slot in the resident model's KV cache."""

import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from torch import Tensor

from ...errors import ModelUnavailable
from ..base import Vocabulary
from .adapters import Adapter
from .chat import ChatTokenizer
from .engine import Engine
from .reply import BadSession, Reply
from .requests import Passage, ReadLogits
from .runner import ModelRunner
from .slot_cache import TokenSequence


class SessionModel(Protocol):
    """The part of a model that a session uses."""

    @property
    def name(self) -> str:
        """The name its errors carry."""
        ...

    @property
    def engine(self) -> Engine:
        """The thread it is read in."""
        ...

    @property
    def adapter(self) -> Adapter | None:
        """The adapter it is read through, if any."""
        ...

    @property
    def chat(self) -> ChatTokenizer:
        """Its tokenizer and chat template."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """The identity of its vocabulary."""
        ...


class TextSession:
    """A `Session` of a resident model: its tokens are here, its keys and values in the engine's thread.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> from symposia.agents.message import Turn
    >>> async def two_tokens(model):
    ...     session = await model.open([Turn("user", "12 + 7 = ?")])
    ...     session.append([int((await session.next()).argmax())])
    ...     return model.decode([session.ids[-1], int((await session.next()).argmax())])
    >>> asyncio.run(two_tokens(load("pocket:base")))
    '82'
    """

    def __init__(self, model: SessionModel, ids: Sequence[int]) -> None:
        self._model = model
        self._ids = list(ids)
        self._sequence = TokenSequence([], model.adapter)
        self._valid = 0
        self._untouched = 0
        self._busy = False
        self._close = weakref.finalize(self, _release, model.engine, self._sequence)
        self._close.atexit = False

    @property
    def ids(self) -> tuple[int, ...]:
        """All tokens so far, the prompt included."""
        return tuple(self._ids)

    @property
    def engine(self) -> Engine:
        """The engine that runs its forward passes."""
        return self._model.engine

    def append(self, ids: Sequence[int]) -> None:
        """Append tokens; the next forward pass reads them. Raises `BadSession` for an unknown id."""
        self._check_open()
        size = self._model.vocabulary.size
        if odd := [number for number in ids if not 0 <= number < size]:
            raise BadSession(f"{self._model.name}: no token has the id {odd[0]}. Its vocabulary has {size:,}.")
        self._ids.extend(ids)

    async def next(self) -> Tensor:
        """The next-token logits: float32, shape (vocabulary,), on the model's device."""
        return (await read((self,)))[0]

    def rollback(self, length: int) -> None:
        """Truncate to the first `length` tokens. Raises `BadSession` for fewer than one or more than there are."""
        self._check_open()
        if not 1 <= length <= len(self._ids):
            raise BadSession(
                f"{self._model.name}: cannot cut {len(self._ids)} tokens back to {length}. Keep at least one."
            )
        del self._ids[length:]
        self._valid = min(self._valid, length)
        self._untouched = min(self._untouched, length)

    def fork(self) -> "TextSession":
        """An independent copy, with a copy of its KV cache."""
        self._check_open()
        copy = TextSession(self._model, self._ids)
        copy._valid = copy._untouched = self._valid
        origin, sequence = self._sequence, copy._sequence
        self._model.engine.submit(lambda runner: runner.cache.fork(origin, sequence))
        return copy

    def close(self) -> None:
        """Free its slot in the KV cache. Closing twice is allowed."""
        self._close()

    def _check_open(self) -> None:
        if not self._close.alive:
            raise BadSession(f"{self._model.name}: the session was closed. Open another one.")


async def show(sessions: Sequence[TextSession], keep: Sequence[int]) -> tuple[Tensor, Tensor]:
    """The logits as from `read`, and the last hidden states at the same positions: float32, (sum of keep, width)."""
    states: Reply[Tensor] = Reply()
    return await read(sessions, keep, states), await states.future


async def read(
    sessions: Sequence[TextSession], keep: Sequence[int] | None = None, states: Reply[Tensor] | None = None
) -> Tensor:
    """Run one batch of forward passes over the unread tokens of sessions of one host.

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
        Passage(session._sequence, session._ids.copy(), session._valid, count)
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


def _release(engine: Engine, sequence: TokenSequence) -> None:
    """Free a sequence's slot if its engine still runs."""

    def release(runner: ModelRunner) -> None:
        runner.cache.release(sequence)

    with suppress(ModelUnavailable):
        engine.submit(release)
