"""Borrows models that processes elsewhere lend: what is borrowed is used like a local model."""

from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

from ..errors import BadModel, MissingCapability
from ..message import Answer, Assess, Choice, Choose, Conversation, Request, Reward, Sampling
from ..models.base import GREEDY
from ..runtime.client import AgentClient
from ..turn import Turn
from .lending import ENDINGS, kinds_of
from .messages import Describe, Description, Files, ListFiles, Piece, ReadPiece

if TYPE_CHECKING:
    from autogen_core import AgentRuntime

PIECE: Final = 1 << 23
"""The bytes of a file that are asked for at once."""


async def borrow(runtime: "AgentRuntime", url: str, *, top: int | None = None, parameters: bool = False) -> Any:  # noqa: ANN401
    """The model that is lent under a URL: a writer, a scorer, or, where it shows distributions, a stepper.

    Distributions come whole, or as their `top` likeliest tokens. With `parameters` its files are fetched, and it is
    loaded here. Raises `ModelUnavailable` where nobody lends it, `MissingCapability`, `BadModel`.
    """
    kind, texts = kinds_of(url)
    client = AgentClient(runtime, kind, name=url)
    offered = await client.ask(Describe(), Description)
    if parameters:
        return await fetched(client, url)
    if offered.scores:
        return BorrowedScorer(client)
    if offered.introduction is not None:
        from .peer import Peer

        return Peer(client, offered.introduction, top, AgentClient(runtime, texts, name=url, key=token_hex(8)))
    return BorrowedRanking(client) if offered.ranks else BorrowedWriter(client)


class BorrowedWriter:
    """A model elsewhere that writes.

    >>> BorrowedWriter(AgentClient(None, "model-1", name="pocket:base")).name
    'pocket:base'
    """

    def __init__(self, client: AgentClient) -> None:
        self.client = client

    @property
    def name(self) -> str:
        """Its name in error messages."""
        return self.client.name

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Write the next assistant turn, there."""
        prompt = Conversation(history=tuple(turns))
        return await self.client.ask(Request(prompt=prompt, sampling=sampling, place=self.name), Answer)


class BorrowedRanking(BorrowedWriter):
    """A model elsewhere that writes, and ranks labels.

    >>> BorrowedRanking(AgentClient(None, "model-1", name="api:openai/gpt-4o")).name
    'api:openai/gpt-4o'
    """

    async def rank(self, turns: Sequence[Turn], labels: Sequence[str], sampling: Sampling = GREEDY) -> Choice:
        """The log-probability in nats of each label, and the labels that the reply names."""
        prompt = Conversation(history=tuple(turns))
        return await self.client.ask(Choose(prompt=prompt, labels=tuple(labels), sampling=sampling), Choice)


class BorrowedScorer:
    """A reward model elsewhere.

    >>> BorrowedScorer(AgentClient(None, "model-1", name="pocket:reward")).client.name
    'pocket:reward'
    """

    def __init__(self, client: AgentClient) -> None:
        self.client = client

    async def score(self, turns: Sequence[Turn]) -> Reward:
        """The score of the last turn, an answer to those before it."""
        *before, answer = turns
        prompt = Conversation(history=tuple(before))
        return await self.client.ask(Assess(prompt=prompt, answer=answer.text), Reward)


async def fetched(client: AgentClient, url: str) -> Any:  # noqa: ANN401 - a model that shows its parameters
    """The model, loaded here from the files that were fetched. Raises `MissingCapability`, `BadModel`."""
    from ..loading import load

    folder = Path(mkdtemp(prefix="symposia-borrowed-"))
    for one in (await client.ask(ListFiles(), Files)).files:
        if Path(one.name).name != one.name or not one.name.endswith(ENDINGS):
            raise BadModel(f"{url}: {one.name!r} is no name of a model's file. {', '.join(ENDINGS)} are fetched.")
        digest, path = sha256(), folder / one.name
        with path.open("wb") as file:
            while file.tell() < one.size:
                wanted = ReadPiece(name=one.name, at=file.tell(), count=PIECE)
                data = b64decode((await client.ask(wanted, Piece)).data, validate=True)
                if not data:
                    break
                digest.update(data)
                file.write(data)
        if digest.hexdigest() != one.sha256:
            raise BadModel(f"{url}: {one.name} was changed on its way, or is another one by now. Run it again.")
    model = load(f"hf:{folder}")
    if not hasattr(model, "named"):
        raise MissingCapability(f"{url}: does not show its parameters. Use a pocket: or hf: model.")
    return model.named(url)
