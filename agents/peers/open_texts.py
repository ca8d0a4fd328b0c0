"""The sessions that a model has open for its peers."""

from collections import OrderedDict
from itertools import count

from ..errors import SymposiaError
from ..models.sessions import Session
from .messages import Passage


class TextClosed(SymposiaError):
    """A text is not open here: it was closed, or was open in a process that is gone. Its tokens are with the asker."""


class OpenTexts:
    """Open sessions by number, at most `most`; beyond that the least recently used one is closed.

    Sessions of peers that went away are thereby freed in the end. They are numbered from `first` on: a number that was
    given elsewhere, by a process that is gone, is no number here.

    >>> import asyncio
    >>> from symposia.agents.loading import load
    >>> from symposia.agents.message import Turn
    >>> async def two_of(model):
    ...     texts = OpenTexts(most=1)
    ...     return [texts.add(await model.open([Turn("user", "12 + 7 = ?")])) for _ in range(2)], len(texts)
    >>> asyncio.run(two_of(load("pocket:base")))
    ([0, 1], 1)
    """

    def __init__(self, most: int = 512, first: int = 0) -> None:
        self.most = most
        self._open: OrderedDict[int, Session] = OrderedDict()
        self._numbers = count(first)

    def __len__(self) -> int:
        return len(self._open)

    def add(self, session: Session) -> int:
        """Add a session; returns its number."""
        number = next(self._numbers)
        self._open[number] = session
        while len(self._open) > self.most:
            self._open.popitem(last=False)[1].close()
        return number

    def copy(self, number: int | None) -> Session | None:
        """A fork of a session; None if it is not open."""
        origin = None if number is None else self._open.get(number)
        return None if origin is None else origin.fork()

    def advance_to(self, passage: Passage) -> Session:
        """The session, updated by a passage. Raises `TextClosed` if it is not open."""
        session = self._open.get(passage.text)
        if session is None:
            raise TextClosed(f"text {passage.text}: is not open here. Of more than {self.most} the oldest is closed.")
        self._open.move_to_end(passage.text)
        if passage.keep < len(session.ids):
            session.rollback(passage.keep)
        session.append(passage.ids)
        return session

    def end(self, number: int) -> None:
        """Close a session if it is open."""
        session = self._open.pop(number, None)
        if session is not None:
            session.close()
