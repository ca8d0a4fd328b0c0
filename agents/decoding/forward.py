"""Forward passes for many sessions at once: one batch for all sessions of a host."""

import asyncio
from collections.abc import Mapping, Sequence

from torch import Tensor

from ..models.sessions import Session
from .participant import Participant


async def read_all(wanted: Mapping[Participant, int]) -> dict[Participant, Exception]:
    """Run forward passes over the unread tokens of these participants, one batch a host; each records its logits.

    `wanted` is the number of last positions at which each one's logits are needed; one with 0 reads along, and records
    nothing. Returns the errors of those that failed.
    """
    hosts: dict[int, list[Participant]] = {}
    for participant in wanted:
        hosts.setdefault(participant.host, []).append(participant)
    failed: dict[Participant, Exception] = {}
    for failures in await asyncio.gather(*(read(participants, wanted) for participants in hosts.values())):
        failed |= failures
    return failed


async def read(participants: Sequence[Participant], wanted: Mapping[Participant, int]) -> dict[Participant, Exception]:
    """Run one batch for participants of one host; returns the errors of those that failed."""
    keep = [max(wanted[participant], 1) for participant in participants]
    try:
        logits = await batch(participants, keep)
    except Exception as error:  # noqa: BLE001 - raised where the text is awaited
        if len(participants) == 1:
            return {participants[0]: error}
        # One bad session fails its batch: then each half is read by itself, until it fails alone.
        half = len(participants) // 2
        return {**await read(participants[:half], wanted), **await read(participants[half:], wanted)}
    start = 0
    for participant, count in zip(participants, keep, strict=True):
        if wanted[participant]:
            participant.record(logits[start : start + count])
        start += count
    return {}


async def batch(participants: Sequence[Participant], keep: Sequence[int]) -> Sequence[Tensor]:
    """The logits at the last `keep` positions of each participant, concatenated: a tensor (vocabulary,) each."""
    host, sessions = participants[0].batching, [participant.session for participant in participants]
    if host is None:
        return [each for pair in zip(sessions, keep, strict=True) for each in await one_by_one(*pair)]
    logits = await (host.step(sessions) if max(keep) == 1 else host.step(sessions, keep))
    return logits.unbind()


async def one_by_one(session: Session, keep: int) -> list[Tensor]:
    """The logits at the last `keep` positions of a session that cannot be batched, one forward pass each."""
    length = len(session.ids) - keep + 1
    later = session.ids[length:]
    if later:
        session.rollback(length)
    logits = [await session.next()]
    for token in later:
        session.append((token,))
        logits.append(await session.next())
    return logits
