"""What is new of many sessions, read in as few forward passes as they have hosts."""

import asyncio
from collections.abc import Mapping, Sequence

from torch import Tensor

from .base import Session
from .hand import Hand


async def read_all(wanted: Mapping[Hand, int]) -> dict[Hand, Exception]:
    """Read what is new of these hands' sessions: of one host, in one batch.

    `wanted` says at how many of its last positions the logits of each are asked for. Returns which failed, and how.
    """
    hosts: dict[int, list[Hand]] = {}
    for hand in wanted:
        hosts.setdefault(hand.host, []).append(hand)
    failed: dict[Hand, Exception] = {}
    for failures in await asyncio.gather(*(read(hands, wanted) for hands in hosts.values())):
        failed |= failures
    return failed


async def read(hands: Sequence[Hand], wanted: Mapping[Hand, int]) -> dict[Hand, Exception]:
    """Read the sessions of one host in one batch; returns which of them failed, and how."""
    keep = [wanted[hand] for hand in hands]
    try:
        rows = await batch(hands, keep)
    except Exception as error:  # noqa: BLE001 - raised where the text is awaited
        if len(hands) == 1:
            return {hands[0]: error}
        # One bad session fails its batch: then each half is read by itself, until it fails alone.
        half = len(hands) // 2
        return {**await read(hands[:half], wanted), **await read(hands[half:], wanted)}
    start = 0
    for hand, count in zip(hands, keep, strict=True):
        hand.took(rows[start : start + count])
        start += count
    return {}


async def batch(hands: Sequence[Hand], keep: Sequence[int]) -> Sequence[Tensor]:
    """The logits at the last `keep` positions of each, one after the other."""
    host, sessions = hands[0].batching, [hand.session for hand in hands]
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
