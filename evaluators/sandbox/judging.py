"""Runs a program against its tests at a level, and gives the verdict; a failure of the sandbox is tried once more."""

import ast
import secrets
from typing import Any

from .levels import Level
from .limits import Limits
from .pool import Job, libraries, pool
from .verdicts import Verdict, verdict_of


async def tested(code: str, entry: str, checks: dict[str, Any], level: Level, limits: Limits) -> Verdict:
    """The verdict on a program whose function `entry` is called by tests in another process.

    `checks` has `preamble`, code that comes before the tests; `test`, or `inputs` with `canonical` and `atol`; and
    `remote`, names in the tests that are the program's own.
    """
    payload = {"code": code, "entry": entry, "paths": libraries()}
    return await _verdict(
        {"part": "candidate", "payload": payload, "checks": {"entry": entry, **checks}}, level, limits
    )


async def tried(code: str, entry: str, test: str, level: Level, limits: Limits) -> Verdict:
    """The verdict on a program by a `unittest` class `TestCases` in the same process. Raises `SyntaxError`."""
    nonce, canaries = secrets.token_hex(16), [f"test_{secrets.token_hex(8)}" for _ in range(2)]
    payload = {"code": code, "entry": entry, "test": test, "paths": libraries(), "nonce": nonce}
    payload |= {"expected": test_names(test), "canaries": canaries}
    return await _verdict({"part": "cases", "payload": payload}, level, limits, nonce)


async def scripted(code: str, level: Level, limits: Limits) -> tuple[bool, str]:
    """Whether a script ends with status 0, and its output; none of that can be trusted, see `moco_compat`."""
    facts = await pool(level.name).run_soon({"part": "script", "payload": {"code": code, "paths": libraries()}}, limits)
    return facts.get("over") is None and facts.get("end") == "status 0", str(facts.get("output", ""))


def test_names(test: str) -> list[str]:
    """The names of the tests of the class `TestCases`, in order. Raises `SyntaxError`."""
    cases = [node for node in ast.parse(test).body if isinstance(node, ast.ClassDef) and node.name == "TestCases"]
    members = [node for case in cases for node in case.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in members if node.name.startswith("test")]


async def _verdict(job: Job, level: Level, limits: Limits, nonce: str | None = None) -> Verdict:
    verdict = verdict_of(await pool(level.name).run_soon(job, limits), nonce)
    if verdict.kind == "sandbox_error":
        verdict = verdict_of(await pool(level.name).run_soon(job, limits), nonce)
    return verdict
