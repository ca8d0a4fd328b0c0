"""Runs a program against its tests at a level, and gives the verdict; a failure of the sandbox is tried once more."""

import ast
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from .levels import Level
from .limits import Limits
from .pool import pool
from .starting import libraries
from .supervised import Job
from .verdicts import Verdict, verdict_of


async def tested(code: str, entry: str, checks: dict[str, Any], level: Level, limits: Limits) -> Verdict:
    """The verdict on a program whose function `entry` is called by tests in another process.

    `checks` has `preamble`, code that comes before the tests; `test`, or `inputs` with `canonical` and `atol`; and
    `remote`, names in the tests that are the program's own.
    """
    payload = {"code": code, "entry": entry, "paths": libraries()}
    job = {"part": "candidate", "payload": payload, "checks": {"entry": entry, **checks}}
    return await _verdict(job, level, limits, verdict_of)


async def tried(code: str, entry: str, test: str, level: Level, limits: Limits) -> Verdict:
    """The verdict on a program by a `unittest` class `TestCases` in the same process. Raises `SyntaxError`."""
    nonce, canaries = secrets.token_hex(16), [f"test_{secrets.token_hex(8)}" for _ in range(2)]
    payload = {"code": code, "entry": entry, "test": test, "paths": libraries(), "nonce": nonce}
    payload |= {"expected": test_names(test), "canaries": canaries}
    return await _verdict({"part": "cases", "payload": payload}, level, limits, partial(verdict_of, nonce=nonce))


async def scripted(code: str, level: Level, limits: Limits) -> Verdict:
    """The verdict on a script as the MoCo reference gives it, which a script can forge: see `script_verdict`."""
    job = {"part": "script", "payload": {"code": code, "paths": libraries()}}
    return await _verdict(job, level, limits, script_verdict)


def script_verdict(facts: dict[str, Any]) -> Verdict:
    """`pass` for exit status 0, unless the output says AssertionError."""
    ended_well = facts.get("started") and facts["over"] is None and facts["end"] == "status 0"
    return Verdict("pass") if ended_well and "AssertionError" not in facts["output"] else verdict_of(facts)


def test_names(test: str) -> list[str]:
    """The names of the tests of the class `TestCases`, in order. Raises `SyntaxError`."""
    cases = [node for node in ast.parse(test).body if isinstance(node, ast.ClassDef) and node.name == "TestCases"]
    members = [node for case in cases for node in case.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in members if node.name.startswith("test")]


async def _verdict(job: Job, level: Level, limits: Limits, found: Callable[[dict[str, Any]], Verdict]) -> Verdict:
    verdict = found(await pool(level.name).run_soon(job, limits))
    if verdict.kind == "sandbox_error":
        verdict = found(await pool(level.name).run_soon(job, limits))
    return verdict
