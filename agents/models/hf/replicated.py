"""One model replicated on several hosts, such as devices: its calls are spread over them (data parallelism).

The hosts hold the same weights, so any of them can answer. Models derived from it, with other parameters or an adapter,
are replicated too, so that a search spreads its dev questions over all hosts.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ...errors import ArchitectureMismatch, BadModel
from ...message import Answer, Choice, Sampling
from ...turn import Turn
from ..base import GREEDY, Vocabulary

if TYPE_CHECKING:
    from .adapters import Adapter
    from .chat import ChatTokenizer
    from .model import Model
    from .text_session import TextSession
    from .token_map import TokenMap


class Hosts:
    """The number of calls in progress on each host, shared by all models that are replicated on them.

    >>> hosts = Hosts(2)
    >>> with hosts.idlest() as first, hosts.idlest() as second:
    ...     first, second
    (0, 1)
    """

    def __init__(self, size: int) -> None:
        self.under_way = [0] * size
        self._sessions = count()

    @contextmanager
    def idlest(self) -> Iterator[int]:
        """A context manager: the index of the host with the fewest calls, the first of equals, and one call on it."""
        replica_index = min(range(len(self.under_way)), key=self.under_way.__getitem__)
        self.under_way[replica_index] += 1
        try:
            yield replica_index
        finally:
            self.under_way[replica_index] -= 1

    def next(self) -> int:
        """The index of the next host in turn (round robin), for sessions, whose length is unknown."""
        return next(self._sessions) % len(self.under_way)


class Replicated:
    """A model on several hosts, by one URL `hf:...#cuda:0,cuda:1` or from its replicas.

    Raises `BadModel` for no replicas or two on one host, `ArchitectureMismatch` for replicas of different models.

    >>> from symposia.agents.models.hf.loading import Source
    >>> from symposia.agents.models.hf.registry import load
    >>> from symposia.agents.models.pocket import path
    >>> model = Replicated([load(Source(str(path("base")), copy=number), "base") for number in (1, 2)])
    >>> asyncio.run(model.write([Turn("user", "12 + 7 = ?")], Sampling(max_tokens=4))).text
    '82'
    """

    def __init__(self, replicas: Sequence["Model"], hosts: Hosts | None = None) -> None:
        if hosts is None:
            check_alike(replicas)
        self.replicas = tuple(replicas)
        self.hosts = hosts or Hosts(len(replicas))

    @property
    def name(self) -> str:
        """Its name in error messages."""
        return self.replicas[0].name

    @property
    def engine(self) -> object:
        """The object it shares with other models on the same hosts."""
        return self.hosts

    @property
    def chat(self) -> "ChatTokenizer":
        """Its tokenizer and chat template."""
        return self.replicas[0].chat

    @property
    def adapter(self) -> "Adapter | None":
        """Its adapter, if any."""
        return self.replicas[0].adapter

    @property
    def token_map(self) -> "TokenMap":
        """Its token-to-id map, and how it tokenizes text."""
        return self.chat.token_map

    @property
    def context(self) -> int:
        """The context length in tokens, prompt and answer together."""
        return self.replicas[0].context

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary: its fingerprint, size and end tokens."""
        return self.replicas[0].vocabulary

    @property
    def parameters(self) -> Mapping[str, Tensor]:
        """The parameters on the first host by name, by reference."""
        return self.replicas[0].parameters

    @property
    def settings(self) -> Mapping[str, Any]:
        """The configuration as in config.json."""
        return self.replicas[0].settings

    def decode(self, ids: Sequence[int]) -> str:
        """The text of token ids, without special tokens."""
        return self.replicas[0].decode(ids)

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """The token ids of a text that continues another, or, with `begins`, that begins an answer."""
        return self.replicas[0].encode(text, begins=begins)

    def named_in(self, stops: Sequence[str]) -> Mapping[int, str]:
        """The special tokens that stop strings name, by id."""
        return self.replicas[0].named_in(stops)

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """Generate the next assistant turn, on the host with the fewest calls."""
        with self.hosts.idlest() as replica_index:
            return await self.replicas[replica_index].write(turns, sampling)

    async def stream(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> AsyncIterator[str]:
        """Generate the next assistant turn and yield it in pieces."""
        with self.hosts.idlest() as replica_index:
            async for piece in self.replicas[replica_index].stream(turns, sampling):
                yield piece

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability of each label as the next turn."""
        with self.hosts.idlest() as replica_index:
            return await self.replicas[replica_index].choose(turns, labels)

    async def open(self, turns: Sequence[Turn]) -> "TextSession":
        """Open a session for the next assistant turn on one of the hosts, where it stays."""
        return await self.replicas[self.hosts.next()].open(turns)

    async def step(self, sessions: Sequence["TextSession"], keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last `keep` positions of sessions, in their order; one batch a host."""
        counts = keep or [1] * len(sessions)
        batches: dict[int, list[int]] = {}
        for index, session in enumerate(sessions):
            batches.setdefault(id(session.engine), []).append(index)
        readers = {id(replica.engine): replica for replica in self.replicas}
        rows = await asyncio.gather(
            *(
                readers[host].step([sessions[index] for index in indices], [counts[index] for index in indices])
                for host, indices in batches.items()
            )
        )
        # A stable argsort by session keeps the positions of each in order.
        order = torch.tensor([index for indices in batches.values() for index in indices for _ in range(counts[index])])
        read = torch.cat([row.to(rows[0].device) for row in rows])
        return read[order.argsort(stable=True).to(read.device)]

    def with_parameters(self, parameters: Mapping[str, Tensor], *, name: str) -> "Replicated":
        """A new model with these parameters, replicated on every host's device."""
        return Replicated([replica.with_parameters(parameters, name=name) for replica in self.replicas])

    def with_adapter(self, name: str, folder: Path) -> "Replicated":
        """A model on the same weights with a LoRA adapter in PEFT's format, on every host."""
        from .adapters import read_adapter

        return self.through(read_adapter(name, folder))

    def through(self, adapter: "Adapter") -> "Replicated":
        """A model on the base weights with this adapter and no other, on every host."""
        return Replicated([replica.through(adapter) for replica in self.replicas], self.hosts)

    def save(self, folder: Path) -> None:
        """Write a folder that transformers loads."""
        self.replicas[0].save(folder)

    def named(self, name: str) -> "Replicated":
        """A model on the same weights under another name."""
        return Replicated([replica.named(name) for replica in self.replicas], self.hosts)

    def close(self) -> None:
        """Stop the engines of all hosts, for every model on them."""
        for replica in self.replicas:
            replica.close()


def check_alike(replicas: Sequence["Model"]) -> None:
    """Raise `BadModel` for no replicas or one host twice, `ArchitectureMismatch` unless all are alike."""
    if not replicas:
        raise BadModel("replicated: no replicas. Give at least one model.")
    if len({id(replica.engine) for replica in replicas}) < len(replicas):
        raise BadModel(f"{replicas[0].name}: two replicas on one host. Load each on its own: hf:...#cuda:0,cuda:1.")
    first, *others = [
        (one.vocabulary.fingerprint, {key: value.shape for key, value in one.parameters.items()}) for one in replicas
    ]
    if any(other != first for other in others):
        raise ArchitectureMismatch(f"{replicas[0].name}: its replicas are different models. Load the same one.")
