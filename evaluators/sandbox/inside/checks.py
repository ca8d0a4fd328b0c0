"""The process of the tests: they run here, and the program under test in another, as a proxy.

A result is `verdict` and `message`; the verdict `ended` says that the other process is gone, and how is not known here.
"""

import json
import os
import random
import socket
from collections.abc import Callable
from typing import Any

from .lines import Ended, Lines, TooLong
from .plus import compared
from .program import CannotLoad, said
from .proxy import Candidate
from .requests import received
from .values import Remote


def serve_checks(descriptor: int) -> None:
    """Answer jobs until the socket closes: each a file of the tests in JSON, and the program's lines."""
    with socket.socket(fileno=descriptor) as asked:
        while request := received(asked, 3):
            tests, *lines = request[1]
            result = checked(json.loads(os.pread(tests, os.fstat(tests).st_size, 0)), Lines(*lines))
            for number in request[1]:
                os.close(number)
            asked.sendall(json.dumps(result).encode() + b"\n")


def checked(payload: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """The result of the tests in `payload`, which has `preamble`, `entry`, and `test` or else `inputs`."""
    random.seed(0)
    candidate = Candidate(lines, payload["entry"])
    namespace: dict[str, Any] = {"__name__": "tests"}
    try:
        exec(compile(payload["preamble"], "<prompt>", "exec", dont_inherit=True), namespace)
    except Exception as error:  # noqa: BLE001 - it is the data's code
        return _result("bad_test", said(error))
    namespace |= {payload["entry"]: candidate, "candidate": candidate}
    namespace |= {name: Remote(name) for name in payload.get("remote", ())}
    work = compared if "inputs" in payload else _tested
    return _judged(lambda: work(payload, namespace, candidate), candidate)


def _tested(payload: dict[str, Any], namespace: dict[str, Any], candidate: Candidate) -> None:
    """Run the test, and `check` where it defines that."""
    test = compile(payload["test"], "<test>", "exec", dont_inherit=True)
    candidate.wait()
    exec(test, namespace)
    check = namespace.get("check")
    if callable(check):
        check(candidate)


def _judged(work: Callable[[], None], candidate: Candidate) -> dict[str, Any]:
    try:
        work()
        candidate.check_answered()
    except CannotLoad as error:
        return _result(error.verdict, str(error))
    except Ended:
        return _result(*(("ended", "") if candidate.started else ("not_started", "the program did not start")))
    except TooLong:
        return _result("output", "a result is too large")
    except MemoryError:
        return _result("memory", "MemoryError")
    except BaseException as error:  # noqa: BLE001 - whatever the tests raise is the verdict
        if error is candidate.raised:
            return _result("exception", candidate.said)
        return _result("assertion" if isinstance(error, AssertionError) else "exception", said(error))
    if not candidate.calls:
        return _result("bad_test", "the test never called the function")
    return _result("pass", "")


def _result(verdict: str, message: str) -> dict[str, Any]:
    return {"verdict": verdict, "message": message}
