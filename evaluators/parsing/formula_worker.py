"""The process that compares formulas: a line of JSON in (`[gold, said]`), `true` or `false` out.

Each comparison has a limit of CPU time, kept by the kernel: no signal of Python's interrupts a power of a power. The
limits end the process, and whoever asked starts another. It evaluates nothing but what math-verify does.
"""

import json
import logging
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

SECONDS: Final = float(os.environ.get("SYMPOSIA_FORMULA_SECONDS", "4"))
"""Of CPU time, for a comparison."""

MEMORY: Final = 2 * 2**30
"""Bytes of address space."""


def main() -> None:
    """Answer each line of the standard input; what math-verify writes itself goes to the standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    logging.disable(logging.CRITICAL)
    limit_memory()
    math_verify = import_module("math_verify")  # heavy, and only wanted in this process

    for line in sys.stdin:
        gold, said = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        answer = equal(math_verify, gold, said)
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps(answer), file=answers, flush=True)


def equal(math_verify: Any, gold: str, said: str) -> bool:  # noqa: ANN401 - a module
    """True if math-verify parses both formulas and finds them equal."""
    with suppress(Exception, RecursionError, MemoryError):
        parsed = [_parsed(math_verify, formula) for formula in (gold, said)]
        return all(parsed) and bool(math_verify.verify(*parsed, timeout_seconds=None))
    return False


def limit_memory() -> None:
    """Limit the address space, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _parsed(math_verify: Any, formula: str) -> list[Any]:  # noqa: ANN401
    """A formula as math-verify parses it; empty if it cannot."""
    kinds = [math_verify.LatexExtractionConfig(), math_verify.ExprExtractionConfig()]
    found = math_verify.parse(f"${formula}$", kinds, fallback_mode="no_fallback", parsing_timeout=None)
    return list(found)


if __name__ == "__main__":
    main()
