"""A harmless program that says what it could do: what a level promises to prevent is tried, in small."""

import os
import socket
from typing import Any


def probed(payload: dict[str, Any]) -> dict[str, Any]:
    """The facts of a probe: whether it could `read` and `write` outside, reach the `network`; how many `children`."""
    return {
        "read": _can(lambda: os.close(os.open(payload["secret"], os.O_RDONLY))),
        "write": _can(lambda: os.close(os.open(payload["outside"], os.O_WRONLY))),
        "network": _can(lambda: _connect(payload["port"])),
        "children": _children(payload["most"]),
    }


def _can(action: Any) -> bool:  # noqa: ANN401
    try:
        action()
    except OSError:
        return False
    return True


def _connect(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass


def _children(most: int) -> int:
    """The number of children that could be made, at most `most`; they end by themselves."""
    made: list[int] = []
    hold, release = os.pipe()
    try:
        for _ in range(most):
            child = os.fork()
            if not child:
                os.close(release)
                os.read(hold, 1)
                os._exit(0)
            made.append(child)
    except OSError:
        pass
    os.close(release)
    for child in made:
        os.waitpid(child, 0)
    return len(made)
