"""One model's part in a text that several write: its own prompt, the text in its own tokens, its session."""

from collections.abc import Sequence

from torch import Tensor

from ..message import Prompt, Turn, Usage
from .base import Session, Stepper
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
        self._logits: Tensor | None = None

    async def next(self, ahead: Sequence[int] = ()) -> Tensor:
        """The next-token logits after its ids and those `ahead` of them. Raises `PromptTooLong`."""
        session = self._session or await self._open()
        wanted = [*self.ids[self._settled :], *ahead]
        same = common(wanted, self._ahead)
        if self._logits is None or same < len(wanted) or same < len(self._ahead):
            if same < len(self._ahead):
                session.rollback(len(self.prompt_ids) + self._settled + same)
            session.append(wanted[same:])
            self._ahead, self._logits = wanted, None
            self._logits = await session.next()
            self._count(len(wanted) - same)
        self._settled, self._ahead = len(self.ids), list(ahead)
        return self._logits

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

    async def _open(self) -> Session:
        self._session = session = await self.model.open((*self.system, *self._prompt.turns()))
        self.prompt_ids = session.ids
        return session

    def _count(self, read: int) -> None:
        first = self.usage.calls == 0
        prompt = len(self.prompt_ids) + read if first else max(read - 1, 0)
        self.usage += Usage(prompt_tokens=prompt, completion_tokens=1, calls=int(first))


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """The length of the longest common beginning."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
