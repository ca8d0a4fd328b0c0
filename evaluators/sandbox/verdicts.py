"""Verdicts on programs, from the facts that a supervisor reports."""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal[
    "pass",
    "assertion",
    "exception",
    "timeout",
    "memory",
    "output",
    "syntax",
    "missing_entry",
    "tampered",
    "no_code",
    "sandbox_error",
]
"""Ways in which a program ends: `pass` alone is right, and `sandbox_error` says nothing of the program."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_LIMITS: Final[dict[str, Kind]] = {"seconds": "timeout", "output": "output", "disk": "output", "memory": "memory"}
_SIGKILL: Final = "signal 9"
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{6,}|/tmp/symposia-sandbox-\w+")


@dataclass(frozen=True)
class Verdict:
    """The verdict on a program, and a sentence on it.

    >>> str(Verdict("assertion", "AssertionError: 3 != 4"))
    'assertion: AssertionError: 3 != 4'
    """

    kind: Kind
    message: str = ""

    def __str__(self) -> str:
        """The kind, and the first line of the message without addresses, which differ from run to run."""
        first = _ADDRESS.sub("...", self.message.partition("\n")[0])
        return f"{self.kind}: {first}" if first else self.kind


def verdict_of(facts: dict[str, Any], nonce: str | None = None) -> Verdict:
    """The verdict that the facts of a job mean; the report must hold the `nonce` if there is one.

    >>> verdict_of({"over": "seconds"}).kind
    'timeout'
    """
    if "error" in facts:
        return Verdict("sandbox_error", facts["error"])
    if facts["over"] is not None:
        return Verdict(_LIMITS[facts["over"]], f"over the limit: {facts['over']}")
    report = facts["report"]
    if report is None and not facts["started"]:
        return Verdict("sandbox_error", f"the program did not start: {facts['output'][-300:]}")
    if report is None or report["verdict"] == "ended":
        return _of_end(facts["end"])
    if report.get("nonce") != nonce:
        return Verdict("tampered", "the report is not the harness's")
    if report["verdict"] not in KINDS:
        return Verdict("sandbox_error", str(report["message"]))
    return Verdict(report["verdict"], str(report["message"]))


def _of_end(end: str) -> Verdict:
    """The verdict on a program whose process ended before its tests did."""
    if end == "cpu":
        return Verdict("timeout", "over the limit: seconds of the processor")
    if end == _SIGKILL:
        return Verdict("memory", "the system ended it, as it does where memory is short")
    return Verdict("exception", f"it ended its own process ({end})")
