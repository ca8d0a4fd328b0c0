"""The start of a process inside: its part, by name, with its payload, and descriptors of agreed numbers."""

import json
import os
import sys
from types import ModuleType
from typing import Any, Final

from .candidate import serve
from .cases import tried
from .checks import checked
from .lines import Lines
from .probing import probed

INCOMING: Final = 3
"""The descriptor of lines from the other process."""
OUTGOING: Final = 4
"""The descriptor of lines to the other process."""
REPORT: Final = 5
"""The descriptor of the report to the supervisor."""
PAYLOAD: Final = 6
"""The descriptor of a file with the payload, where the process was started by a command."""


def main(part: str) -> None:
    """Run a part in a process of its own, started by a command."""
    for number in (INCOMING, OUTGOING, REPORT, PAYLOAD):
        try:
            os.set_inheritable(number, False)
        except OSError:  # a part without this one
            continue
    with os.fdopen(PAYLOAD, "rb") as file:
        payload = json.load(file)
    sys.exit(run(part, payload))


def run(part: str, payload: dict[str, Any]) -> int:
    """Run a part to its end; the exit status that the process should have."""
    sys.path[:] = [path for path in sys.path if path != "/"] + payload.get("paths", [])
    if part == "script":
        return scripted(payload["code"])
    if part == "candidate":
        serve(payload, Lines(INCOMING, OUTGOING))
        return 0
    work = {"checks": lambda: checked(payload, Lines(INCOMING, OUTGOING)), "cases": lambda: tried(payload)}
    found = work.get(part, lambda: probed(payload))()
    with os.fdopen(REPORT, "w") as report:
        json.dump(found, report)
    return 0


def scripted(code: str) -> int:
    """Run a program as the main module; the exit status that Python would have."""
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        exec(compile(code, "<script>", "exec", dont_inherit=True), module.__dict__)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException as error:
        import traceback

        traceback.print_exception(error)
        return 1
    finally:
        sys.stdout.flush()
    return 0
