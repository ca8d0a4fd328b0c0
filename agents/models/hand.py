"""One model's part in a text that several write: its own prompt, the text in its own tokens, its session."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..message import Prompt, Turn, Usage
from .base import Approximate, Approximation, Batching, Session, Stepper
from .heads import hidden
from .hf.text import TextReader


class Hand:
    """A model, and the text so far as `ids` of its vocabulary.

    Nothing is read before its logits are asked for, and then in one forward pass (catch-up prefill). The
    session may hold more than the text: what was drafted ahead stays in its cache until it is known whether
    the text goes on with it, and is cut back only if it does not. `seen` is how many tokens of the shared
    text are among its ids; `usage` is what it cost so far.
    """

    def __init__(self, model: Stepper, system: tuple[Turn, ...], prompt: Prompt) -> None:
        self.model = model
        self.batching = model if isinstance(model, Batching) else None
        # What reads its session: sessions of one host are read in one batch.
        self.host = id(model if self.batching is None else self.batching.engine)
        self.system = system
        self.ids: list[int] = []
        self.seen = 0
        self.usage = Usage()
        self.prompt_ids: tuple[int, ...] = ()
        self._prompt = prompt
        self._session: Session | None = None
        self._reader = TextReader(model.decode)
        self._settled = 0
        self._ahead: list[int] = []
        self._unread = 0
        self._logits: Tensor | None = None
        self._state: Tensor | None = None

    async def next(self, ahead: Sequence[int] = ()) -> Tensor:
        """The next-token logits after its ids and those `ahead` of them. Raises `PromptTooLong`."""
        await self.open()
        session = self.reading(ahead)
        if session is not None:
            self.took(await session.next())
        return self.logits

    async def show(self, ahead: Sequence[int] = ()) -> tuple[Tensor, Tensor]:
        """The same, and the hidden state they were made of. Raises `MissingCapability` if the model shows none."""
        model = hidden(self.model)
        await self.open()
        if self.reading(ahead) is not None or self._state is None:
            logits, states = await model.show((self.session,), (1,))
            self.took(logits[0], states[0])
        return self.logits, self.state

    async def each(self, ahead: Sequence[int], count: int) -> Tensor:
        """The logits at the last `count` places up to the end of those `ahead`: (count, vocabulary)."""
        if self.batching is None or count == 1:
            lengths = range(len(ahead) + 1 - count, len(ahead) + 1)
            return torch.stack([await self.next(ahead[:length]) for length in lengths])
        await self.open()
        self.reading(ahead)
        rows = await self.batching.step((self.session,), (count,))
        self.took(rows[-1])
        return rows

    async def open(self) -> None:
        """Open its session, once. Raises `PromptTooLong`."""
        if self._session is None:
            self._session = await self.model.open((*self.system, *self._prompt.turns()))
            self.prompt_ids = self._session.ids

    @property
    def session(self) -> Session:
        """Its session, which is open."""
        if self._session is None:
            raise RuntimeError("hand: its session is not open yet. Await open first.")
        return self._session

    @property
    def approximation(self) -> Approximation | None:
        """How far its logits were from the model's own, if they were rebuilt from a part of them."""
        return self._session.approximation if isinstance(self._session, Approximate) else None

    @property
    def logits(self) -> Tensor:
        """The logits that were read last."""
        if self._logits is None:
            raise RuntimeError("hand: nothing was read yet. Await next first.")
        return self._logits

    @property
    def state(self) -> Tensor:
        """The hidden state that was read last, if it was the last thing that was read."""
        if self._state is None:
            raise RuntimeError("hand: no hidden state was read. Await show first.")
        return self._state

    def reading(self, ahead: Sequence[int] = ()) -> Session | None:
        """Its session, brought to its ids and those ahead and ready to be read; None if it was read to there."""
        wanted = [*self.ids[self._settled :], *ahead]
        same = common(wanted, self._ahead)
        if same < len(self._ahead):
            self.session.rollback(len(self.prompt_ids) + self._settled + same)
            self._logits = None
        if same < len(wanted):
            self.session.append(wanted[same:])
            self._logits = None
        self._unread += len(wanted) - same
        self._settled, self._ahead = len(self.ids), list(ahead)
        return self.session if self._logits is None else None

    def took(self, logits: Tensor, state: Tensor | None = None) -> None:
        """Take note of the logits, and the hidden state, that its session was read for."""
        first = self.usage.calls == 0
        prompt = len(self.prompt_ids) + self._unread if first else max(self._unread - 1, 0)
        self.usage += Usage(prompt_tokens=prompt, completion_tokens=1, calls=int(first))
        self._logits, self._state, self._unread = logits, state, 0

    def write(self, token: int) -> str:
        """Add a token of its own; returns the text that it completes."""
        reader = self.reader()
        before = len(reader.text)
        self.ids.append(token)
        reader.push((token,))
        return reader.text[before:]

    def reader(self) -> TextReader:
        """The reader of its ids, up to date."""
        for token in self.ids[self._reader.length :]:
            self._reader.push((token,))
        return self._reader

    def close(self) -> None:
        """Free its cache."""
        if self._session is not None:
            self._session.close()


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """The length of the longest common beginning."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
