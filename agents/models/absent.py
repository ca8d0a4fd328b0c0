"""A placeholder for a model while a run is planned or replayed.

It has every capability, can be used wherever a model can, and raises when it is called, so that a replay cannot call a
model.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from ..errors import Divergence
from ..message import Sampling
from ..turn import Turn
from .base import GREEDY, Vocabulary

if TYPE_CHECKING:
    from .base import Parameters


class Absent:
    """A placeholder for the model at a URL. Merging absent models gives an absent model.

    >>> import asyncio
    >>> asyncio.run(Absent("pocket:base").write([Turn("user", "2 + 2?")]))
    Traceback (most recent call last):
    symposia.agents.errors.Divergence: pocket:base: a replay asked this model. Replay with the version of symposia ...
    """

    vocabulary = Vocabulary(fingerprint="", size=0, ends=())

    def __init__(self, url: str) -> None:
        self.url = url

    def _asked(self) -> NoReturn:
        raise Divergence(
            f"{self.url}: a replay asked this model. Replay with the version of symposia that wrote the trace."
        )

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> NoReturn:
        """Raise `Divergence`."""
        self._asked()

    def decode(self, ids: Sequence[int]) -> NoReturn:
        """Raise `Divergence`."""
        self._asked()

    def encode(self, text: str, *, begins: bool = False) -> NoReturn:
        """Raise `Divergence`."""
        self._asked()

    async def open(self, turns: Sequence[Turn]) -> NoReturn:
        """Raise `Divergence`."""
        self._asked()

    async def show(self, sessions: Sequence[object], keep: Sequence[int]) -> NoReturn:
        """Raise `Divergence`."""
        self._asked()

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> NoReturn:
        """Raise `Divergence`."""
        self._asked()

    async def score(self, turns: Sequence[Turn]) -> NoReturn:
        """Raise `Divergence`."""
        self._asked()

    @property
    def parameters(self) -> "Parameters":
        """No parameters."""
        return {}

    def with_parameters(self, parameters: "Parameters", *, name: str) -> "Absent":
        """Another absent model."""
        return Absent(name)
