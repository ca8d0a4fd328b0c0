"""Lends models to teams in other processes: text, labels, scores, distributions, and their files.

Requests for text go to any process that lends the model. A text that is written token by token stays with the process
that has its keys and values; should that be gone, another one reads the tokens again.
"""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from secrets import randbits
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol

from ..agent import handles
from ..errors import MissingCapability
from ..lm_agent import LMAgent
from ..models.base import Open, Portable, Ranking, Scorer
from ..runtime.actor import Actor
from .messages import Describe, Description, Files, ListFiles, ModelFile, Piece, ReadPiece
from .open_texts import OpenTexts

ENDINGS: Final = (".safetensors", ".json", ".txt", ".jinja", ".model")
"""The endings of the files that travel: none of them is code."""

LARGEST: Final = 1 << 25
"""The most bytes of a piece of a file."""


class Lending(Protocol):
    """A runtime on which agents of a type can be a pool."""

    async def register_factory(
        self,
        type: str,  # noqa: A002 - autogen's name
        agent_factory: Callable[[], Any | Awaitable[Any]],
        *,
        expected_class: Any = None,  # noqa: ANN401 - autogen's
        pool: bool = False,
    ) -> Any:  # noqa: ANN401 - autogen's
        """Register a factory of agents."""
        ...


def kinds_of(url: str) -> tuple[str, str]:
    """The agent types of a lent model: of those that answer, and of those that have texts open.

    >>> kinds_of("pocket:base")[0]
    'model-25cdb5510114ec63'
    """
    name = sha256(url.encode()).hexdigest()[:16]
    return f"model-{name}", f"texts-{name}"


async def lend(runtime: Lending, url: str, model: Any) -> None:  # noqa: ANN401 - a model of any capability
    """Lend a model under a URL on a runtime."""
    kind, texts = kinds_of(url)
    folder = ModelFolder(model) if isinstance(model, Open) and hasattr(model, "save") else None
    introduction = None
    if isinstance(model, Portable):
        from .serving import Serving, introduced

        introduction = introduced(model)
    description = Description(
        scores=isinstance(model, Scorer) and not hasattr(model, "write"),
        ranks=isinstance(model, Ranking),
        introduction=introduction,
        files=folder is not None,
    )
    await runtime.register_factory(
        kind, lambda: Actor(Lent(url, model, description, folder)), expected_class=Actor, pool=True
    )
    if introduction is not None:
        # A number that a process gave that is gone must not be taken for one of this process.
        opened = OpenTexts(first=randbits(48))
        make = partial(Serving, url, model, introduction, opened)
        await runtime.register_factory(texts, lambda: Actor(make()), expected_class=Actor)


class Lent(LMAgent):
    """The agent of a lent model: it answers, chooses, scores, and says what the model is.

    >>> from symposia.agents.models.scripted import Scripted
    >>> Lent("amber", Scripted("four"), Description(), None).description.files
    False
    """

    def __init__(self, name: str, model: Any, description: Description, folder: "ModelFolder | None") -> None:  # noqa: ANN401
        super().__init__(name, model)
        self.description = description
        self.folder = folder

    @handles
    async def describe(self, asked: Describe) -> Description:
        """Reply with what the model offers."""
        return self.description

    @handles
    async def files(self, asked: ListFiles) -> Files:
        """Reply with the model's files. Raises `MissingCapability` for a model that shows no parameters."""
        return Files(files=self._folder.listed())

    @handles
    async def piece(self, wanted: ReadPiece) -> Piece:
        """Reply with a piece of one of them."""
        return Piece(data=b64encode(self._folder.piece(wanted.name, wanted.at, wanted.count)).decode())

    @property
    def _folder(self) -> "ModelFolder":
        if self.folder is None:
            raise MissingCapability(f"{self.name}: does not show its parameters. Use a pocket: or hf: model.")
        return self.folder


class ModelFolder:
    """The files of a model, written when they are first asked for.

    >>> from symposia.agents.loading import load
    >>> "config.json" in [file.name for file in ModelFolder(load("pocket:base")).listed()]
    True
    """

    def __init__(self, model: Any) -> None:  # noqa: ANN401 - a model that can be saved
        self._model = model
        self._folder: TemporaryDirectory[str] | None = None
        self._listed: dict[str, ModelFile] = {}

    def listed(self) -> tuple[ModelFile, ...]:
        """The files."""
        if self._folder is None:
            folder = TemporaryDirectory(prefix="symposia-lent-")
            self._model.save(Path(folder.name))
            self._folder = folder
            for path in sorted(Path(folder.name).iterdir()):
                if path.name.endswith(ENDINGS):
                    data = path.read_bytes()
                    self._listed[path.name] = ModelFile(name=path.name, size=len(data), sha256=sha256(data).hexdigest())
        return tuple(self._listed.values())

    def piece(self, name: str, at: int, count: int) -> bytes:
        """Bytes of a file. Raises `MissingCapability` for a file that it does not have."""
        self.listed()
        if name not in self._listed or self._folder is None:
            raise MissingCapability(f"{name}: is no file of this model. It has {', '.join(self._listed)}.")
        with (Path(self._folder.name) / name).open("rb") as file:
            file.seek(at)
            return file.read(min(count, LARGEST))
