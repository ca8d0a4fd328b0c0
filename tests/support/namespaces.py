"""Three network namespaces on a bridge: machines with cables between them, which can be pulled out."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import pytest


@contextmanager
def three_namespaces() -> Iterator[tuple[str, list[str]]]:
    """A context manager: the address of this machine on a bridge, and three network namespaces on it."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need root and ip: apt install iproute2")
    mark = uuid4().hex[:6]
    bridge, spaces = f"br{mark}", [f"ns{mark}{number}" for number in range(3)]
    third = 100 + os.getpid() % 100
    try:
        ip(f"link add {bridge} type bridge")
        ip(f"addr add 10.213.{third}.1/24 dev {bridge}")
        ip(f"link set {bridge} up")
        for number, space in enumerate(spaces):
            ip(f"netns add {space}")
            ip(f"link add v{mark}{number} type veth peer name eth0 netns {space}")
            ip(f"link set v{mark}{number} master {bridge} up")
            ip(f"-n {space} addr add 10.213.{third}.{number + 2}/24 dev eth0")
            ip(f"-n {space} link set eth0 up")
            ip(f"-n {space} link set lo up")
    except subprocess.CalledProcessError as error:
        remove(bridge, spaces)
        pytest.skip(f"network namespaces cannot be made here: {error.stderr.strip()}")
    try:
        yield f"10.213.{third}.1", spaces
    finally:
        remove(bridge, spaces)


def inside(spaces: Sequence[str]) -> list[list[str]]:
    """The words before a command that runs it in each of these namespaces."""
    return [["ip", "netns", "exec", space] for space in spaces]


@contextmanager
def parted(space: str) -> Iterator[None]:
    """A context manager: a namespace whose cable is pulled out meanwhile."""
    ip(f"-n {space} link set eth0 down")
    try:
        yield
    finally:
        ip(f"-n {space} link set eth0 up")


def remove(bridge: str, spaces: list[str]) -> None:
    """Remove namespaces and their bridge."""
    for space in spaces:
        subprocess.run(["ip", "netns", "delete", space], capture_output=True, check=False)
    subprocess.run(["ip", "link", "delete", bridge], capture_output=True, check=False)


def ip(arguments: str) -> None:
    """Run ip."""
    subprocess.run(["ip", *arguments.split()], capture_output=True, text=True, check=True)
