"""What is new of many sessions, read in as few forward passes as they have hosts."""

import asyncio
from collections.abc import Mapping, Sequence

from torch import Tensor

from ..models.base import Session
from .participant import Participant


async def read_all(wanted: Mapping[Participant, int]) -> dict[Participant, Exception]:
    """Read what is new of these hands' sessions: of one host, in one batch.

    `wanted` says at how many of its last positions the logits of each are asked for. Returns which failed, and how.
    """
    hosts: dict[int, list[Participant]] = {}
    for participant in wanted:
        hosts.setdefault(participant.host, []).append(participant)
    failed: dict[Participant, Exception] = {}
    for failures in await asyncio.gather(*(read(participants, wanted) for participants in hosts.values())):
        failed |= failures
    return failed


async def read(participants: Sequence[Participant], wanted: Mapping[Participant, int]) -> dict[Participant, Exception]:
    """Read the sessions of one host in one batch; returns which of them failed, and how."""
    keep = [wanted[participant] for participant in participants]
    try:
        rows = await batch(participants, keep)
    except Exception as error:  # noqa: BLE001 - raised where the text is awaited
        if len(participants) == 1:
            return {participants[0]: error}
        # One bad session fails its batch: then each half is read by itself, until it fails alone.
        half = len(participants) // 2
        return {**await read(participants[:half], wanted), **await read(participants[half:], wanted)}
    start = 0
    for participant, count in zip(participants, keep, strict=True):
        participant.record(rows[start : start + count])
        start += count
    return {}


async def batch(participants: Sequence[Participant], keep: Sequence[int]) -> Sequence[Tensor]:
    """The logits at the last `keep` positions of each, one after the other."""
    host, sessions = participants[0].batching, [participant.session for participant in participants]
    if host is None:
        return [row for pair in zip(sessions, keep, strict=True) for row in await one_by_one(*pair)]
    logits = await (host.step(sessions) if max(keep) == 1 else host.step(sessions, keep))
    return logits.unbind()


async def one_by_one(session: Session, keep: int) -> list[Tensor]:
    """The logits at the last positions of a session that is read by itself: a pass for each."""
    length = len(session.ids) - keep + 1
    later = session.ids[length:]
    if later:
        session.rollback(length)
    rows = [await session.next()]
    for token in later:
        session.append((token,))
        rows.append(await session.next())
    return rows
