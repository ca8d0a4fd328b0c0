"""The texts that a model is writing for others."""

from collections import OrderedDict
from itertools import count

from ..errors import SymposiaError
from ..models.base import Session
from .messages import Passage


class OpenTexts:
    """Open sessions by number.

    Of more than `most`, the one that was not read for longest is closed: whoever went away without a word
    leaves nothing behind for good.
    """

    def __init__(self, most: int = 512) -> None:
        self.most = most
        self._open: OrderedDict[int, Session] = OrderedDict()
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._open)

    def add(self, session: Session) -> int:
        """Keep a session; returns its number."""
        number = next(self._numbers)
        self._open[number] = session
        while len(self._open) > self.most:
            self._open.popitem(last=False)[1].close()
        return number

    def copy(self, number: int | None) -> Session | None:
        """A fork of a session, None if it is not there."""
        origin = None if number is None else self._open.get(number)
        return None if origin is None else origin.fork()

    def advance_to(self, passage: Passage) -> Session:
        """A session, brought to what a passage says. Raises `SymposiaError` if it is not there."""
        session = self._open.get(passage.text)
        if session is None:
            raise SymposiaError(
                f"text {passage.text}: is not open here. Of more than {self.most} the oldest is closed."
            )
        self._open.move_to_end(passage.text)
        if passage.keep < len(session.ids):
            session.rollback(passage.keep)
        session.append(passage.ids)
        return session

    def end(self, number: int) -> None:
        """Close a session, if it is still there."""
        session = self._open.pop(number, None)
        if session is not None:
            session.close()
