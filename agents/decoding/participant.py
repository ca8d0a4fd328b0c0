"""One model's part in a text that several write: its own prompt, the text in its own tokens, its session."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..accounting import Usage
from ..message import Prompt, Turn
from ..models.base import Approximate, Approximation, Batching, Session, Stepper
from ..models.tokens import TextReader
from .heads import hidden


class Participant:
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
        self.prompt_ids: tuple[int, ...] = ()
        self.closed = False
        self._prompt = prompt
        self._session: Session | None = None
        self._reader = TextReader(model.decode)
        self._settled = 0
        self._ahead: list[int] = []
        self._unread = 0
        self._rows: Sequence[Tensor] | None = None
        self._state: Tensor | None = None
        self._calls = self._prompted = self._completed = 0

    async def next(self, ahead: Sequence[int] = ()) -> Tensor:
        """The next-token logits after its ids and those `ahead` of them. Raises `PromptTooLong`."""
        await self.open()
        session = self.reading(ahead)
        if session is not None:
            self.record((await session.next(),))
        return self.logits

    async def show(self, ahead: Sequence[int] = ()) -> tuple[Tensor, Tensor]:
        """The same, and the hidden state they were made of. Raises `MissingCapability` if the model shows none."""
        model = hidden(self.model)
        await self.open()
        if self.reading(ahead) is not None or self._state is None:
            logits, states = await model.show((self.session,), (1,))
            self.record(logits.unbind(), states[0])
        return self.logits, self.state

    async def each(self, ahead: Sequence[int], count: int) -> Tensor:
        """The logits at the last `count` places up to the end of those `ahead`: (count, vocabulary)."""
        if self.batching is None or count == 1:
            lengths = range(len(ahead) + 1 - count, len(ahead) + 1)
            return torch.stack([await self.next(ahead[:length]) for length in lengths])
        await self.open()
        self.reading(ahead)
        rows = await self.batching.step((self.session,), (count,))
        self.record(rows.unbind())
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
    def rows(self) -> Sequence[Tensor]:
        """The logits at the last positions of its session: all that were read last."""
        if self._rows is None:
            raise RuntimeError("hand: nothing was read yet. Await next first.")
        return self._rows

    @property
    def logits(self) -> Tensor:
        """The logits that were read last, (vocabulary,)."""
        return self.rows[-1]

    @property
    def usage(self) -> Usage:
        """What it cost so far: a completion token for each position that logits were read for, kept or not."""
        return Usage(prompt_tokens=self._prompted, completion_tokens=self._completed, calls=self._calls)

    @property
    def state(self) -> Tensor:
        """The hidden state that was read last, if it was the last thing that was read."""
        if self._state is None:
            raise RuntimeError("hand: no hidden state was read. Await show first.")
        return self._state

    def reading(self, ahead: Sequence[int] = ()) -> Session | None:
        """Its session, brought to its ids and those ahead and ready to be read; None if it was read to there."""
        wanted = [*self.ids[self._settled :], *ahead]
        same = common(wanted, self._ahead) if self._ahead else 0
        if same < len(self._ahead):
            self.session.rollback(len(self.prompt_ids) + self._settled + same)
            self._unread = max(self._unread - (len(self._ahead) - same), 0)
            self._rows = None
        if same < len(wanted):
            self.session.append(wanted[same:])
            self._unread += len(wanted) - same
            self._rows = None
        self._settled, self._ahead = len(self.ids), list(ahead)
        return self.session if self._rows is None else None

    def record(self, rows: Sequence[Tensor], state: Tensor | None = None) -> None:
        """Take note of the logits at the last positions of its session, and of the hidden state at the very last."""
        if not self._calls:
            self._unread += len(self.prompt_ids) + 1  # what comes after the prompt is asked for, not read
        self._prompted += max(self._unread - len(rows), 0)
        self._completed += len(rows)
        self._calls = 1
        self._rows, self._state, self._unread = rows, state, 0

    def write(self, token: int, *, spelt: bool = True) -> str:
        """Add a token of its own; returns the text that it completes, if that is to be spelt."""
        if not spelt:
            self.ids.append(token)
            return ""
        reader = self.reader()
        before = len(reader.text)
        self.ids.append(token)
        reader.push((token,))
        return reader.text[before:]

    def reader(self) -> TextReader:
        """The reader of its ids, up to date."""
        if self._reader.length < len(self.ids):
            self._reader.push(self.ids[self._reader.length :])
        return self._reader

    def close(self) -> None:
        """Free its cache."""
        self.closed = True
        if self._session is not None:
            self._session.close()


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """The length of the longest common beginning."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
