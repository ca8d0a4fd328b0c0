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

from . import confinement
from .inside import main as inside

TOOLS: Final = ("bwrap", "prlimit", "setpriv")
"""The commands that the level needs; `setpriv` only as root."""

_UNSHARED: Final = """--unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup-try
 --disable-userns --uid 65534 --gid 65534 --die-with-parent --new-session --clearenv""".split()
_SYSTEM: Final = "--ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin".split()
_SMALL: Final = "1048576"
_STACK: Final = 64 * 2**20
_FILES: Final = 128
_INSIDE: Final = "/inside"


def missing() -> list[str]:
    """The commands that are not there."""
    return [tool for tool in TOOLS if which(tool) is None and (tool != "setpriv" or os.getuid() == 0)]


def command(part: str, limits: dict[str, Any], user: int | None, readable: tuple[str, ...]) -> list[str]:
    """The command that runs a part of a job."""
    processes, start = str(limits["processes"]), f"import sys;sys.path.insert(0,'/');"
    start += f"from inside.main import main;main({part!r})"
    first = []
    if user is not None:
        first = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
        first += ["prlimit", f"--nproc={processes}:{processes}", "--core=0"]
    limited = ["prlimit", f"--as={limits['memory']}", f"--fsize={limits['file']}", f"--nofile={_FILES}", "--core=0"]
    limited += [f"--cpu={limits['cpu']}:{limits['cpu'] + 1}", f"--stack={_STACK}", f"--nproc={processes}"]
    python = [os.path.realpath(sys.executable), "-I", "-S", "-B", "-c", start]
    return [*first, "bwrap", *_UNSHARED, *_environment(), *_mounts(limits, readable), "--", *limited, *python]


def start(part: str, payload: dict[str, Any], descriptors: dict[int, int], command: list[str]) -> int:
    """The id of a process that runs a command with these descriptors, and one more for its payload."""
    with tempfile.TemporaryFile() as file:
        file.write(json.dumps(payload).encode())
        file.flush()
        file.seek(0)
        child = os.fork()
        if child:
            return child
        try:
            confinement.connect({**descriptors, inside.PAYLOAD: file.fileno()}, inheritable=True)
            os.setsid()
            os.execvp(command[0], command)
        finally:
            os._exit(70)


def _environment() -> list[str]:
    values = {"PATH": "/usr/bin", "HOME": "/work", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    values |= {"TMPDIR": "/tmp", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    return [word for name, value in values.items() for word in ("--setenv", name, value)]


def _mounts(limits: dict[str, Any], readable: tuple[str, ...]) -> list[str]:
    """Mounts in the order that bubblewrap makes them: a `--size` is that of the `--tmpfs` after it."""
    own = [word for path in readable if not path.startswith(("/usr", "/lib")) for word in ("--ro-bind", path, path)]
    code = ["--ro-bind", str(Path(__file__).with_name("inside")), _INSIDE]
    disks = ["--size", str(limits["disk"]), "--tmpfs", "/work", "--size", str(limits["disk"]), "--tmpfs", "/tmp"]
    shared = ["--size", _SMALL, "--tmpfs", "/dev/shm"]
    end = ["--remount-ro", "/", "--chdir", "/work", "--cap-drop", "ALL"]
    return [*_SYSTEM, *own, *code, "--proc", "/proc", "--dev", "/dev", *disks, *shared, *end]
