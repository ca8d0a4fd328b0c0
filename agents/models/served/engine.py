"""A server and a model on it: what both kinds of engines share, the checks once per server start above all."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final
from weakref import WeakKeyDictionary

from ...errors import BadModel, MissingCapability, ModelUnavailable
from ...message import Sampling
from ..hf.chat import ChatTokenizer
from .adapters import folder_of, loaded_name
from .client import ServerClient
from .facts import Facts, Reading
from .listed import Listed
from .own_server import OwnServer
from .tokenizer_check import check_tokenizer

CLOSE: Final = 1e-3
"""How far log-probabilities of one model may differ from one batch to another, in nats."""


class Engine:
    """A model on a server, asked by its token ids alone. A subclass knows the forms of one kind of server.

    All members that ask for it share it: their texts are read in one request. `wanted_name` is the model's name there,
    if the address says one; `own` is the server, if it is one of our own.

    >>> from symposia.agents.loading import load
    >>> load("vllm:base@http://127.0.0.1:8000").engine is load("vllm:base@http://127.0.0.1:8000#top=64").engine
    True
    """

    kind: ClassVar[str]
    PROBE: ClassVar[tuple[int, ...]] = (3, 5, 7)

    def __init__(self, client: ServerClient, wanted_name: str | None, *, adapter: str | None = None) -> None:
        self.client = client
        self.wanted_name = wanted_name
        self.adapter = adapter
        self.own: OwnServer | None = None
        self.facts: Facts | None = None
        self._seen_broken = 0
        self._checks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[Facts]] = WeakKeyDictionary()

    @property
    def name(self) -> str:
        """Its name in error messages."""
        return self.client.where

    @property
    def model(self) -> str:
        """The name by which the server knows the model, or its adapter. Raises `RuntimeError` before `ready`."""
        if self.facts is None:
            raise RuntimeError("served engine: its server was not asked yet. Await ready first.")
        return self.facts.name

    async def ready(self, chat: ChatTokenizer) -> Facts:
        """The server's facts, checked once; again after a connection broke, since it may have been started again.

        Raises `ModelUnavailable`, `BadModel`, `VocabularyMismatch`, `MissingCapability`.
        """
        stopped = self.own is not None and not self.own.running
        if self.facts is None or self._seen_broken != self.client.broken or stopped:
            loop = asyncio.get_running_loop()
            task = self._checks.get(loop)
            if task is None or task.done():
                task = self._checks[loop] = loop.create_task(self._check(chat))
            await asyncio.shield(task)
        if self.facts is None:
            raise RuntimeError("served engine: checked, and nothing found.")
        return self.facts

    async def _check(self, chat: ChatTokenizer) -> Facts:
        if self.own is not None:
            await asyncio.to_thread(self.own.start)
        broken, before = self.client.broken, self.facts
        found = await self.found(chat)
        if before is not None and not same(before.remembered, found.remembered):
            raise ModelUnavailable(f"{self.name}: was started again with another model. Start it with the one it had.")
        if found.context is None:
            raise BadModel(f"{self.name}: the server does not say its context length. Use vLLM or SGLang itself.")
        self.facts, self._seen_broken = found, broken
        return found

    async def served_names(self) -> list[dict[str, Any]]:
        """The models that the server lists. Raises `BadModel` if it lists none."""
        listed = await self.client.get("/v1/models")
        if not isinstance(listed, dict) or not isinstance(listed.get("data"), list):
            raise BadModel(f"{self.name}: the server lists no models at /v1/models. The URL must be the engine's.")
        return [dict(one) for one in listed["data"]]

    def base_of(self, served: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The base model that is meant among those served. Raises `BadModel` where that is not clear."""
        bases = [one for one in served if one.get("parent") is None]
        meant = [one for one in bases if one["id"] == self.wanted_name] if self.wanted_name else bases
        if len(meant) == 1:
            return meant[0]
        raise BadModel(
            f"{self.name}: the server has the models {', '.join(str(one['id']) for one in bases) or 'none'}"
            f"{f', not {self.wanted_name}' if self.wanted_name else ''}. Name one of them: #name=NAME."
        )

    async def named(self, served: Sequence[dict[str, Any]], base: dict[str, Any]) -> str:
        """The name of the model to ask for: the base's, or its adapter's, which is loaded if the server lacks it."""
        if self.adapter is None:
            return str(base["id"])
        name = loaded_name(self.adapter)
        if name not in [one["id"] for one in served]:
            if (folder := folder_of(self.adapter)) is None:
                raise BadModel(f"{self.name}: the server has no adapter {name}. Load it there, or name its folder.")
            await self.load_adapter(name, folder)
        return name

    async def checked_tokenizer(self, chat: ChatTokenizer, model: str) -> bool:
        """True if the server's tokenizer was compared with ours; false if it shows none.

        Raises `VocabularyMismatch`.
        """
        return await check_tokenizer(self, chat, model)

    def check_top(self, top: int | None, size: int) -> None:
        """Raise `MissingCapability` if the server lists fewer tokens than this; None is all of the vocabulary."""
        most = None if self.facts is None else self.facts.most
        if most is not None and most < (top or size):
            raise MissingCapability(
                f"{self.name}: the server lists at most {most} tokens of a distribution, not {top or 'all'}. "
                f"Start it with --max-logprobs -1, or add #top={most}."
            )

    async def found(self, chat: ChatTokenizer) -> Facts:
        """Ask the server for its facts."""
        raise TypeError(f"{type(self).__name__}: does not say how a server is asked. Define found.")

    async def read(self, readings: Sequence[Reading], top: int | None) -> list[Listed]:
        """The distributions at the last positions of texts: the `top` likeliest tokens of each, or all."""
        raise TypeError(f"{type(self).__name__}: does not say how texts are read. Define read.")

    async def score(self, prompts: Sequence[Sequence[int]], wanted: Sequence[int]) -> list[dict[int, float]]:
        """The log-probabilities in nats of these tokens after each prompt, by id; others may come with them."""
        raise TypeError(f"{type(self).__name__}: does not say how tokens are scored. Define score.")

    async def write(
        self, prompt: Sequence[int], sampling: Sampling, limit: int, ends: Sequence[int]
    ) -> list[tuple[int, float]]:
        """The tokens of a text after a prompt, and their log-probabilities in nats."""
        raise TypeError(f"{type(self).__name__}: does not say how texts are written. Define write.")

    async def tokenize(self, model: str, text: str) -> list[int] | None:
        """The server's ids of a text, special tokens in it by their names; None if it does not tokenize."""
        raise TypeError(f"{type(self).__name__}: does not say how texts are tokenized. Define tokenize.")

    async def detokenize(self, model: str, ids: Sequence[int]) -> str | None:
        """The server's text of these ids."""
        raise TypeError(f"{type(self).__name__}: does not say how ids are read. Define detokenize.")

    async def templated(self, model: str, turns: Sequence[dict[str, str]]) -> list[int] | None:
        """The server's ids of a chat up to the next assistant turn; None if it does not show them."""
        return None

    async def sleep(self) -> None:
        """Free the memory of a server of our own until `wake`. Raises `MissingCapability` for any other."""
        self._check_sleeps()
        await self.client.post("/sleep?level=1", {})

    async def wake(self) -> None:
        """Have a server of our own take up its work again. Raises `MissingCapability` for any other."""
        self._check_sleeps()
        await self.client.post("/wake_up", {})

    def _check_sleeps(self) -> None:
        if self.own is None or not self.own.sleeps:
            raise MissingCapability(
                f"{self.name}: only a server of our own sleeps, and only if it was started for it. "
                "Set SYMPOSIA_VLLM_SLEEP=1, and leave out the URL."
            )

    async def load_adapter(self, name: str, folder: Path) -> None:
        """Have the server load a LoRA adapter from a folder, as the server sees it, under this name."""
        await self.client.post("/load_lora_adapter", {"lora_name": name, "lora_path": str(folder)})


def same(before: Sequence[tuple[int, float]], after: Sequence[tuple[int, float]]) -> bool:
    """True if two rows are of one model: the same tokens, up to rounding."""
    known = dict(after)
    return all(abs(value - known.get(token, float("inf"))) < CLOSE for token, value in before)


def parts(prompts: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Prompts in parts of at most this size."""
    return [prompts[start : start + size] for start in range(0, len(prompts), size)]
