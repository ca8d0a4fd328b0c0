"""Reads of texts that models write in turns: those asked for at the same time are batched, one pass a host."""

import asyncio
from collections import Counter
from collections.abc import Callable, Container, Hashable, Sequence
from typing import NamedTuple

import torch

from ..message import Sampling
from .forward import read_all
from .participant import Participant
from .positions import AT_ONCE, Positions
from .rounds import Rounds, rounds_of


class Read(NamedTuple):
    """A participant whose tokens are to be read, its text's sampling, and the future that its text awaits.

    >>> Read(None, Sampling(), None).sampling.temperature
    0.0
    """

    participant: Participant
    sampling: Sampling
    done: "asyncio.Future[None]"


async def read_together(participant: Participant, sampling: Sampling, hosts: Hashable) -> None:
    """Read a participant's tokens, batched with others that are asked for at the same time.

    `hosts` are those of its text: texts of the same ones are batched. Raises what its forward pass raises.
    """
    done = asyncio.get_running_loop().create_future()
    rounds_of(Reads, hosts).texts.append(Read(participant, sampling, done))
    await done


class Reads(Rounds[Read]):
    """The reads that texts by the same models wait for.

    >>> async def ended():
    ...     finished = asyncio.Event()
    ...     reads = Reads(finished.set)
    ...     await finished.wait()
    ...     return reads.texts
    >>> asyncio.run(ended())
    []
    """

    def __init__(self, end: Callable[[], object]) -> None:
        super().__init__(end)
        self._held: set[int] = set()

    async def step(self, texts: Sequence[Read]) -> None:
        """Read those of the fullest hosts, and lay logits of one shape side by side."""
        due, self._held = fullest(texts, self._held)
        failed = await read_all({read.participant: 1 for read in due})
        alike: dict[Hashable, list[Read]] = {}
        for read in due:
            if error := failed.get(read.participant):
                if not read.done.done():
                    read.done.set_exception(error)
            else:
                logits = read.participant.logits
                alike.setdefault((logits.device, len(logits), read.sampling.temperature == 0), []).append(read)
        for reads in alike.values():
            logits = reads[0].participant.logits
            share = max(AT_ONCE.get(logits.device.type, 2**28) // len(logits), 1)
            for start in range(0, len(reads), share):
                place(reads[start : start + share])


def fullest(reads: Sequence[Read], held: Container[int]) -> tuple[list[Read], set[int]]:
    """The reads to be done now, and the hosts that are held back.

    Hosts on one device take turns anyway: the one that most texts wait for is read, and the others when texts of that
    one may have joined them, in the next round. So texts that alternate between models do so in step.
    """
    waiting: dict[Hashable, Counter[int]] = {}
    for read in reads:
        waiting.setdefault(read.participant.device, Counter())[read.participant.host] += 1
    first = {hosts.most_common(1)[0][0] for hosts in waiting.values()}
    later = {host for hosts in waiting.values() for host in hosts if host not in first and host not in held}
    return [read for read in reads if read.participant.host not in later], later


def place(reads: Sequence[Read]) -> None:
    """Give each participant its position among those of all."""
    logits = torch.stack([read.participant.logits for read in reads])
    positions = Positions(logits, [read.sampling for read in reads])
    for row, read in enumerate(reads):
        read.participant.place(positions, row)
        if not read.done.done():
            read.done.set_result(None)
