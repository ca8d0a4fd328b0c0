"""One model on several hosts, devices for example: its calls are spread over them.

The hosts hold the same weights, so it does not matter which of them answers. What is made of it, by other
parameters or through an adapter, lies on all of them too: a search then asks its dev questions everywhere.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ...errors import ArchitectureMismatch, BadModel
from ...message import Answer, Choice, Sampling, Turn
from ..base import GREEDY, Vocabulary

if TYPE_CHECKING:
    from .adapters import Adapter
    from .chat import ChatTokenizer
    from .model import Model
    from .text_session import TextSession
    from .token_map import TokenMap


class Hosts:
    """How busy each host is with the models that lie on all of them."""

    def __init__(self, size: int) -> None:
        self.under_way = [0] * size
        self._sessions = count()

    @contextmanager
    def idlest(self) -> Iterator[int]:
        """The host with the fewest calls, the first of equals; busy with one more meanwhile."""
        number = min(range(len(self.under_way)), key=self.under_way.__getitem__)
        self.under_way[number] += 1
        try:
            yield number
        finally:
            self.under_way[number] -= 1

    def next(self) -> int:
        """Each host in turn: how long a session will go on nobody knows."""
        return next(self._sessions) % len(self.under_way)


class Replicated:
    """A model that is there several times. Raises `BadModel` for none, `ArchitectureMismatch` for different ones.

    `Replicated([load("hf:...#cuda:0"), load("hf:...#cuda:1")])`, or by one URL `hf:...#cuda:0,cuda:1`.
    """

    def __init__(self, replicas: Sequence["Model"], hosts: Hosts | None = None) -> None:
        if hosts is None:
            check_alike(replicas)
        self.replicas = tuple(replicas)
        self.hosts = hosts or Hosts(len(replicas))

    @property
    def name(self) -> str:
        """The name its errors carry."""
        return self.replicas[0].name

    @property
    def engine(self) -> object:
        """What it shares with other models on the same hosts."""
        return self.hosts

    @property
    def chat(self) -> "ChatTokenizer":
        """Its tokenizer."""
        return self.replicas[0].chat

    @property
    def adapter(self) -> "Adapter | None":
        """The adapter it is read through, if any."""
        return self.replicas[0].adapter

    @property
    def token_map(self) -> "TokenMap":
        """What its token ids mean, and how it cuts text."""
        return self.chat.token_map

    @property
    def context(self) -> int:
        """How many tokens it can read, prompt and answer together."""
        return self.replicas[0].context

    @property
    def vocabulary(self) -> Vocabulary:
        """What its token ids mean."""
        return self.replicas[0].vocabulary

    @property
    def parameters(self) -> Mapping[str, Tensor]:
        """The parameters of the first host, by reference."""
        return self.replicas[0].parameters

    def decode(self, ids: Sequence[int]) -> str:
        """Tokens as text, end tokens left out."""
        return self.replicas[0].decode(ids)

    def encode(self, text: str, *, begins: bool = False) -> list[int]:
        """A text as tokens: as it goes on after others, or as it begins an answer."""
        return self.replicas[0].encode(text, begins=begins)

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        """The next assistant turn, by the host with the fewest calls."""
        with self.hosts.idlest() as number:
            return await self.replicas[number].write(turns, sampling)

    async def stream(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> AsyncIterator[str]:
        """The next assistant turn in pieces."""
        with self.hosts.idlest() as number:
            async for piece in self.replicas[number].stream(turns, sampling):
                yield piece

    async def choose(self, turns: Sequence[Turn], labels: Sequence[str]) -> Choice:
        """The log-probability of each label as the next turn."""
        with self.hosts.idlest() as number:
            return await self.replicas[number].choose(turns, labels)

    async def open(self, turns: Sequence[Turn]) -> "TextSession":
        """Start writing the next assistant turn on one of the hosts, where it stays."""
        return await self.replicas[self.hosts.next()].open(turns)

    async def step(self, sessions: Sequence["TextSession"], keep: Sequence[int] | None = None) -> Tensor:
        """The logits at the last `keep` positions of sessions, those of each host in one batch, in their order."""
        kept = keep or [1] * len(sessions)
        batches: dict[int, list[int]] = {}
        for place, session in enumerate(sessions):
            batches.setdefault(id(session.engine), []).append(place)
        readers = {id(replica.engine): replica for replica in self.replicas}
        rows = await asyncio.gather(
            *(
                readers[host].step([sessions[place] for place in places], [kept[place] for place in places])
                for host, places in batches.items()
            )
        )
        # Sorted by session, the rows of one stay in their order: argsort is stable.
        order = torch.tensor([place for places in batches.values() for place in places for _ in range(kept[place])])
        read = torch.cat([row.to(rows[0].device) for row in rows])
        return read[order.argsort(stable=True).to(read.device)]

    def with_parameters(self, parameters: Mapping[str, Tensor], *, name: str) -> "Replicated":
        """A live model with these parameters, on every host's device."""
        return Replicated([replica.with_parameters(parameters, name=name) for replica in self.replicas])

    def with_adapter(self, name: str, folder: Path) -> "Replicated":
        """The same weights read through a LoRA adapter in PEFT's format, on every host."""
        from .adapters import read_adapter

        return self.through(read_adapter(name, folder))

    def through(self, adapter: "Adapter") -> "Replicated":
        """The weights read through this adapter and no other, on every host."""
        return Replicated([replica.through(adapter) for replica in self.replicas], self.hosts)

    def save(self, folder: Path) -> None:
        """Write a folder that plain transformers loads."""
        self.replicas[0].save(folder)

    def named(self, name: str) -> "Replicated":
        """The same model under another name."""
        return Replicated([replica.named(name) for replica in self.replicas], self.hosts)

    def close(self) -> None:
        """End all hosts, for every model that shares them."""
        for replica in self.replicas:
            replica.close()


def check_alike(replicas: Sequence["Model"]) -> None:
    """Raise `BadModel` for no replicas or one host twice, `ArchitectureMismatch` unless they are alike."""
    if not replicas:
        raise BadModel("replicated: no replicas. Give at least one model.")
    if len({id(replica.engine) for replica in replicas}) < len(replicas):
        raise BadModel(f"{replicas[0].name}: two replicas on one host. Load each on its own: hf:...#cuda:0,cuda:1.")
    first, *others = [
        (one.vocabulary.fingerprint, {key: value.shape for key, value in one.parameters.items()}) for one in replicas
    ]
    if any(other != first for other in others):
        raise ArchitectureMismatch(f"{replicas[0].name}: its replicas are different models. Load the same one.")
