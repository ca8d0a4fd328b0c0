"""How a supervisor is started: its command, its environment, the folders that programs may read, their user ids."""

import json
import os
import sys
from pathlib import Path
from typing import Final

from . import bubblewrap, privileges

_HIGH, _LOW = 2_000_000_000, 30_000
_PLACES: Final = 64
"""User ids for each process that runs programs: two for each supervisor."""

ENVIRONMENT: Final = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
}
"""All that programs see of the environment: no key, and the same order of sets in every run."""


def command(level: str, folder: str, user: int | None) -> list[str]:
    """The command of a supervisor, which imports nothing but this folder."""
    start = {"level": level, "folder": folder, "user": user, "readable": readable()}
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); "
        "from sandbox.supervisor import main; del sys.path[0]; main()"
    )
    # -E and -s, not -I: the order of sets is that of PYTHONHASHSEED
    return [os.path.realpath(sys.executable), "-s", "-P", "-S", "-B", "-c", code, json.dumps(start)]


def readable() -> list[str]:
    """The folders that programs may read: the interpreter's, and those of its libraries."""
    found = [os.path.realpath(sys.base_prefix), "/usr", "/lib", "/lib64", *libraries(), bubblewrap.CODE]
    return list(dict.fromkeys(path for path in found if os.path.isdir(path)))


def libraries() -> list[str]:
    """The folders of installed packages, which programs may import."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages")) and os.path.isdir(path)]


def user_of(place: int) -> int | None:
    """The first of two user ids for a supervisor, which no user has; None where there are no others to be had."""
    if not privileges.may_change_users():
        return None
    own = os.getpid() % 400 * _PLACES + 2 * place
    return privileges.first_user((_HIGH + os.getpid() % 1_000_000 * _PLACES + 2 * place, _LOW + own))
