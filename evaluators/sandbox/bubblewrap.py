"""The level `bubblewrap`: each process has its own users, processes, network and mounts, and a read-only system.

As root a user id that owns nothing comes first (`setpriv`): the sandbox's user would else be the kernel's root, for
whom no limit on processes holds. https://github.com/containers/bubblewrap
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from shutil import which
from typing import Any, Final

from .inside import main as inside

TOOLS: Final = ("bwrap", "prlimit", "setpriv")
"""The commands that the level needs; `setpriv` only as root."""

_UNSHARED: Final = """
--unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try
--disable-userns --uid 65534 --gid 65534 --die-with-parent --new-session --clearenv
"""
_SYSTEM: Final = """
--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin
"""
_SMALL: Final = "1048576"
_STACK: Final = 64 * 2**20
_FILES: Final = 128
CODE: Final = str(Path(__file__).resolve().with_name("inside"))
"""The folder of the code that runs inside."""


def missing() -> list[str]:
    """The commands that are not there."""
    return [tool for tool in TOOLS if which(tool) is None and (tool != "setpriv" or os.getuid() == 0)]


def command(part: str, limits: dict[str, Any], user: int | None, mounted: dict[str, str]) -> list[str]:
    """The command that runs a part of a job. `mounted` are the places of the folders that it sees, by their names."""
    processes, start = str(limits["processes"]), f"import sys;sys.path.insert(0,{os.path.dirname(CODE)!r});"
    start += f"from inside.main import main;main({part!r})"
    first = []
    if user is not None:
        first = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
        first += ["prlimit", f"--nproc={processes}:{processes}", "--core=0"]
    limited = ["prlimit", f"--as={limits['memory']}", f"--fsize={limits['file']}", f"--nofile={_FILES}", "--core=0"]
    limited += [f"--cpu={limits['cpu']}:{limits['cpu'] + 1}", f"--stack={_STACK}", f"--nproc={processes}"]
    python = [os.path.realpath(sys.executable), "-I", "-S", "-B", "-c", start]
    return [*first, "bwrap", *_UNSHARED.split(), *_environment(), *_mounts(limits, mounted), "--", *limited, *python]


def start(payload: dict[str, Any], descriptors: dict[int, int], command: list[str]) -> int:
    """The id of a process that runs a command with these descriptors, and one more for its payload."""
    from . import confinement  # which needs what only Linux has

    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(payload).encode())
        file.flush()
        file.seek(0)
        child = os.fork()
        if child:
            return child
        try:
            confinement.connect({**descriptors, inside.PAYLOAD: file.fileno()})
            os.setsid()
            os.execvp(command[0], command)
        finally:
            os._exit(70)


def _environment() -> list[str]:
    values = {"PATH": "/usr/bin", "HOME": "/scratch", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    values |= {"TMPDIR": "/scratch", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    return [word for name, value in values.items() for word in ("--setenv", name, value)]


def _mounts(limits: dict[str, Any], mounted: dict[str, str]) -> list[str]:
    """Mounts in the order that bubblewrap makes them: a `--size` is that of the `--tmpfs` after it."""
    own = [word for name, place in mounted.items() for word in ("--ro-bind", place, name)]
    disk, shared = str(limits["disk"]), ["--size", _SMALL, "--tmpfs", "/dev/shm"]
    disks = ["--size", disk, "--tmpfs", "/scratch", "--size", _SMALL, "--tmpfs", "/tmp"]
    end = ["--remount-ro", "/", "--chdir", "/scratch", "--cap-drop", "ALL"]
    return [*_SYSTEM.split(), "--proc", "/proc", "--dev", "/dev", *disks, *shared, *own, *end]


def folders(readable: list[str]) -> list[str]:
    """The folders to be seen beside the system's."""
    return [path for path in readable if not f"{path}/".startswith(("/usr/", "/lib/", "/lib64/"))]
