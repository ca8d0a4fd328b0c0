"""One model's part in a joint text: its prompt, the text in its own tokens, its session and KV cache."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..accounting import Usage
from ..message import Prompt, Sampling
from ..models.base import Batching, Naming, Stepper
from ..models.sessions import Approximate, Approximation, Session
from ..models.tokens import TextReader
from ..turn import Turn
from .heads import hidden
from .positions import Position, Positions


class Participant:
    """A model that takes part in a joint text, and the text so far as `ids` of its vocabulary.

    No forward pass is run before its logits are needed, and then one over all unread tokens (catch-up prefill). The
    session may hold more than the text: drafted tokens stay in its KV cache until they are accepted or rejected, and
    are rolled back only if rejected. `seen` is the number of tokens of the joint text that are in its ids, `device` the
    one of its logits, None before any.

    >>> import asyncio
    >>> from symposia.agents import Ask
    >>> from symposia.agents.loading import load
    >>> participant = Participant(load("pocket:base"), (), Ask(text="12 + 7 = ?"))
    >>> token = int(asyncio.run(participant.next()).argmax())
    >>> participant.write(token), participant.usage.completion_tokens
    ('8', 1)
    """

    def __init__(self, model: Stepper, system: tuple[Turn, ...], prompt: Prompt, *, blind: bool = False) -> None:
        self.model = model
        self.batching = model if isinstance(model, Batching) else None
        # Sessions of one host are batched.
        self.host = id(model if self.batching is None else self.batching.engine)
        self.system = system
        self.ids: list[int] = []
        self.seen = 0
        self.prompt_ids: tuple[int, ...] = ()
        self.closed = False
        self.device: torch.device | None = None
        self._prompt = prompt
        self._blind = blind
        self._session: Session | None = None
        self._reader = TextReader(model.decode)
        self._settled = 0
        self._ahead: list[int] = []
        self._unread = 0
        self._logits: Sequence[Tensor] | None = None
        self._place: Position | None = None
        self._state: Tensor | None = None
        self._calls = self._prompted = self._completed = 0

    async def next(self, ahead: Sequence[int] = ()) -> Tensor:
        """The next-token logits after its ids and the tokens `ahead`, shape (vocabulary,). Raises `PromptTooLong`."""
        await self.open()
        session = self.pending(ahead)
        if session is not None:
            self.record((await session.next(),))
        return self.logits

    async def show(self, ahead: Sequence[int] = ()) -> tuple[Tensor, Tensor]:
        """The next-token logits and the last hidden state, shape (width,).

        Raises `MissingCapability`, `PromptTooLong`.
        """
        model = hidden(self.model)
        await self.open()
        if self.pending(ahead) is not None or self._state is None:
            logits, states = await model.show((self.session,), (1,))
            self.record(logits.unbind(), states[0])
        return self.logits, self.state

    async def each(self, ahead: Sequence[int], count: int) -> Tensor:
        """The logits at the last `count` positions of its ids followed by `ahead`: (count, vocabulary)."""
        if self.batching is None or count == 1:
            lengths = range(len(ahead) + 1 - count, len(ahead) + 1)
            return torch.stack([await self.next(ahead[:length]) for length in lengths])
        await self.open()
        self.pending(ahead)
        logits = await self.batching.step((self.session,), (count,))
        self.record(logits.unbind())
        return logits

    async def open(self) -> None:
        """Open its session unless it is open. Raises `PromptTooLong`."""
        if self._session is None:
            turns = self._prompt.turns()
            asked = [turn.unseen() for turn in turns] if self._blind else turns
            self._session = await self.model.open((*self.system, *asked))
            self.prompt_ids = self._session.ids

    @property
    def session(self) -> Session:
        """Its open session. Raises `RuntimeError` before `open`."""
        if self._session is None:
            raise RuntimeError("participant: its session is not open yet. Await open first.")
        return self._session

    @property
    def approximation(self) -> Approximation | None:
        """The error of its logits, if they were rebuilt from the likeliest tokens alone; None if they are exact."""
        return self._session.approximation if isinstance(self._session, Approximate) else None

    @property
    def recent_logits(self) -> Sequence[Tensor]:
        """The logits of the last forward pass: one tensor (vocabulary,) for each position that was asked for."""
        if self._logits is None:
            raise RuntimeError("participant: nothing was read yet. Await next first.")
        return self._logits

    @property
    def logits(self) -> Tensor:
        """The logits at the last position, shape (vocabulary,)."""
        return self.recent_logits[-1]

    @property
    def usage(self) -> Usage:
        """Its cost so far: a completion token for each position with logits, whether its token was accepted or not."""
        return Usage(prompt_tokens=self._prompted, completion_tokens=self._completed, calls=self._calls)

    @property
    def state(self) -> Tensor:
        """The hidden state at the last position. Raises `RuntimeError` unless the last forward pass was of `show`."""
        if self._state is None:
            raise RuntimeError("participant: no hidden state was read. Await show first.")
        return self._state

    def pending(self, ahead: Sequence[int] = ()) -> Session | None:
        """Its session, holding its ids and the tokens `ahead`, if it needs a forward pass.

        None if logits are up to date.
        """
        wanted = [*self.ids[self._settled :], *ahead]
        same = common(wanted, self._ahead) if self._ahead else 0
        if same < len(self._ahead):
            self.session.rollback(len(self.prompt_ids) + self._settled + same)
            self._unread = max(self._unread - (len(self._ahead) - same), 0)
            self._logits = None
        if same < len(wanted):
            self.session.append(wanted[same:])
            self._unread += len(wanted) - same
            self._logits = None
        self._settled, self._ahead = len(self.ids), list(ahead)
        return self.session if self._logits is None else None

    def record(self, logits: Sequence[Tensor], state: Tensor | None = None) -> None:
        """Record the logits at the last positions of its session, and the hidden state at the very last."""
        if not self._calls:
            self._unread += len(self.prompt_ids) + 1  # the position after the prompt is predicted, not read
        self._prompted += max(self._unread - len(logits), 0)
        self._completed += len(logits)
        self._calls = 1
        self._logits, self._state, self._unread, self._place = logits, state, 0, None
        self.device = logits[-1].device

    def place(self, positions: Positions, row: int) -> None:
        """Note that its logits lie beside those of other texts."""
        self._place = Position(positions, row)

    def position(self, sampling: Sampling) -> Position:
        """The position of its next token, for a text of this sampling: beside others where they were read together."""
        if self._place is None:
            self._place = Position(Positions(self.logits[None].float(), (sampling,)), 0)
        return self._place

    def write(self, token: int, *, detokenize: bool = True) -> str:
        """Append a token of its own; returns the text that it completes, '' without `detokenize`."""
        if not detokenize:
            self.ids.append(token)
            return ""
        reader = self.reader()
        before = len(reader.text)
        self.ids.append(token)
        reader.push((token,))
        return reader.text[before:]

    def stop_names(self, stops: Sequence[str]) -> Mapping[int, str]:
        """The special tokens of its vocabulary that stop strings name, by id."""
        return self.model.named_in(stops) if stops and isinstance(self.model, Naming) else {}

    def reader(self) -> TextReader:
        """The detokenizer of its ids, up to date."""
        if self._reader.length < len(self.ids):
            self._reader.push(self.ids[self._reader.length :])
        return self._reader

    def close(self) -> None:
        """Free its KV cache."""
        self.closed = True
        if self._session is not None:
            self._session.close()


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """The length of the longest common prefix."""
    for position, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return position
    return min(len(one), len(other))
