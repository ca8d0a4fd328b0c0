"""The start of a process inside: its part, by name, with its payload, and descriptors of agreed numbers."""

import builtins
import json
import os
import sys
from _sitebuiltins import Quitter
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, Final

INCOMING: Final = 3
"""The descriptor of lines from the other process; of the tests, their socket."""
OUTGOING: Final = 4
"""The descriptor of lines to the other process."""
REPORT: Final = 5
"""The descriptor of the report to the supervisor."""
PAYLOAD: Final = 6
"""The descriptor of a file with the payload, where the process was started by a command."""


def main(part: str) -> None:
    """Run a part in a process of its own, started by a command."""
    for number in (INCOMING, OUTGOING, REPORT, PAYLOAD):
        with suppress(OSError):  # a part without this one
            os.set_inheritable(number, False)
    with os.fdopen(PAYLOAD, "rb") as file:
        payload = json.load(file)
    status = run(part, payload)
    with suppress(Exception):
        sys.stdout.flush()
    os._exit(status)


def run(part: str, payload: dict[str, Any]) -> int:
    """Run a part to its end; the exit status that the process should have."""
    sys.argv[:] = ["program.py"]
    sys.set_int_max_str_digits(0)  # the data sets are older than that limit, and time is limited anyway
    here = os.path.dirname(os.path.dirname(__file__))
    sys.path[:] = [path for path in sys.path if path != here] + payload.get("paths", [])
    for name in ("exit", "quit"):  # which `site` makes, and this interpreter does without
        setattr(builtins, name, Quitter(name, ""))
    if part not in ("candidate", "checks"):
        os.write(REPORT, b" ")  # it has started: what ends it from now on is its own doing
    return PARTS[part](payload)


def _candidate(payload: dict[str, Any]) -> int:
    from .candidate import serve
    from .lines import Lines

    serve(payload, Lines(INCOMING, OUTGOING))
    return 0


def _checks(payload: dict[str, Any]) -> int:
    from .checks import serve_checks

    serve_checks(INCOMING)
    return 0


def _script(payload: dict[str, Any]) -> int:
    """Run a program as the main module; the exit status that Python would have."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        exec(compile(payload["code"], "<script>", "exec", dont_inherit=True), module.__dict__)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException as error:  # noqa: BLE001 - as the interpreter does
        import traceback

        traceback.print_exception(error)
        return 1
    return 0


def _cases(payload: dict[str, Any]) -> int:
    from .cases import tried

    return _reported(tried(payload))


def _probe(payload: dict[str, Any]) -> int:
    from .probing import probed

    return _reported(probed(payload))


def _reported(found: dict[str, Any]) -> int:
    os.write(REPORT, json.dumps(found).encode())
    return 0


PARTS: Final[dict[str, Callable[[dict[str, Any]], int]]] = {
    "candidate": _candidate,
    "checks": _checks,
    "cases": _cases,
    "script": _script,
    "probe": _probe,
}
"""The parts by name."""
