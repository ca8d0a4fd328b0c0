"""Answers by content, kept in a file: what was asked once is not asked again by any run that shares the store."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from pydantic_core import to_json

from .accounting import Usage
from .errors import CannotWrite
from .message import Answer, Choice, Sampling
from .models.base import Ranking, Stepper, Writer
from .turn import Turn

R = TypeVar("R", Answer, Choice)

TABLES: Final = """
CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, reply TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent (name TEXT PRIMARY KEY, amount REAL NOT NULL) WITHOUT ROWID;
PRAGMA busy_timeout = 60000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
"""

ADD: Final = "INSERT INTO spent VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET amount = amount + excluded.amount"
COUNTED: Final = ("prompt_tokens", "completion_tokens", "calls", "uncounted")


def unwatched(spent: Usage) -> None:
    """Watches nothing."""


class AnswerStore:
    """A store of answers by model, turns and sampling, and of what they have cost.

    Models are known by a name of what they compute, see `know`; any other is asked every time. A greedy answer does
    not depend on the seed. An answer is in the file before whoever asked sees it, and what is asked twice at the same
    time is asked once. `watch` is called with the usage so far after every call.

    >>> from tempfile import TemporaryDirectory
    >>> from symposia.agents.models.scripted import Scripted
    >>> def ask(store: AnswerStore) -> str:
    ...     model = Scripted("four", "five")
    ...     store.know(model, "some model")
    ...     calls = [store.write(model, (Turn("user", "2 + 2?"),), Sampling(seed=seed)) for seed in (1, 2)]
    ...     return [asyncio.run(call).text for call in calls]
    >>> with TemporaryDirectory() as folder:
    ...     ask(AnswerStore(Path(folder) / "answers.sqlite"))
    ['four', 'four']
    """

    def __init__(self, path: Path, watch: Callable[[Usage], None] = unwatched) -> None:
        self.path = path
        self.watch = watch
        self._known: dict[int, tuple[object, str]] = {}
        self._asking: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, isolation_level=None)
            self._file.executescript(TABLES)
            self._file.execute("SELECT name, amount FROM spent")
        except (OSError, sqlite3.Error) as error:
            raise self._unwritable(error) from error

    @property
    def spent(self) -> Usage:
        """The usage of all calls that were made, by every process that shares the file."""
        amounts = dict(self._file.execute("SELECT name, amount FROM spent"))
        counts = {name: int(amounts[name]) for name in COUNTED if name in amounts}
        return Usage(**counts, cost=amounts.get("cost"))

    def know(self, model: object, name: str) -> None:
        """Keep the answers of a model under this name: the same name promises the same answers."""
        self._known[id(model)] = model, name  # the model too: its id must not pass to another one

    async def write(self, model: Writer, turns: Sequence[Turn], sampling: Sampling) -> Answer:
        """The model's answer, from the store where it is there."""
        how = seedless(sampling) if id(model) in self._known else sampling
        return await self._kept(model, ["write", turns, how], lambda: model.write(turns, how), Answer)

    async def choose(self, model: Stepper, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The model's ranking of the labels, from the store where it is there."""
        return await self._kept(model, ["choose", turns, list(labels)], lambda: model.choose(turns, labels), Choice)

    async def rank(self, model: Ranking, turns: Sequence[Turn], labels: Sequence[str], sampling: Sampling) -> Choice:
        """A written or shown ranking of the labels, from the store where it is there."""
        how = seedless(sampling) if id(model) in self._known else sampling
        call = ["rank", turns, list(labels), how]
        return await self._kept(model, call, lambda: model.rank(turns, labels, how), Choice)

    def charge(self, usage: Usage) -> None:
        """Count the usage of a call that is not kept."""
        self._commit(None, "", usage)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    async def _kept(self, model: object, call: list[Any], ask: Callable[[], Awaitable[R]], kind: type[R]) -> R:
        known = self._known.get(id(model))
        if known is None:
            said = await ask()
            self.charge(said.usage)
            return said
        key = sha256(to_json([known[1], *call])).digest()
        async with self._asking.setdefault(key, asyncio.Lock()):
            found = self._row("SELECT reply FROM answers WHERE key = ?", key)
            if found is not None:
                return kind.model_validate_json(found)
            said = await ask()
            self._commit(key, said.model_dump_json(), said.usage)
        return said

    def _commit(self, key: bytes | None, reply: str, usage: Usage) -> None:
        """Write an answer and its usage, both or neither."""
        amounts = {name: amount for name, amount in usage if amount}
        try:
            with self._file:
                self._file.execute("BEGIN IMMEDIATE")
                if key is not None:
                    self._file.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, reply))
                self._file.executemany(ADD, amounts.items())
        except sqlite3.Error as error:
            raise self._unwritable(error) from error
        self.watch(self.spent)

    def _row(self, query: str, *given: bytes) -> str | None:
        found = self._file.execute(query, given).fetchone()
        return None if found is None else str(found[0])

    def _unwritable(self, error: Exception) -> CannotWrite:
        return CannotWrite(f"{self.path}: {error}. Make it writable, with room on its disk, and run the command again.")


def seedless(sampling: Sampling) -> Sampling:
    """Sampling parameters, at temperature 0 without a seed: whoever asks first, the answer is the same."""
    return sampling.model_copy(update={"seed": 0}) if sampling.temperature == 0 else sampling
