"""Seeds derived from the purpose of a random draw, independent of scheduling."""

from hashlib import sha256


def derive(*parts: str | int) -> int:
    """A seed in [0, 2**63) from a run's seed and the place of a draw: question, agent, turn.

    Equal parts give equal seeds on every machine.
    """
    digest = sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
