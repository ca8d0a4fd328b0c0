"""Requests over a socket: a line, and descriptors with it."""

import socket


def received(place: socket.socket, most: int) -> tuple[bytes, list[int]] | None:
    """The next line of a socket, and the descriptors sent with it, at most `most`; None when it closes."""
    line, descriptors, *_ = socket.recv_fds(place, 2**16, most)
    while line and not line.endswith(b"\n"):
        more = place.recv(2**18)
        if not more:
            return None
        line += more
    return (line, list(descriptors)) if line else None
