"""Pharmacophores: a function that tells molecules which bind to a target from others, graded in the sandbox.

The molecules are in the process of the tests; the function, in another, is asked about one at a time, in an order that
says nothing. What it prints, raises or leaves behind is no count: the counts come with a number that only the tests
know.
"""

import json
import re
import secrets
from collections.abc import Sequence
from random import Random
from typing import Any, Final

from ..sandbox import judging
from ..sandbox.levels import Level
from ..sandbox.limits import Limits
from ..sandbox.verdicts import Verdict

ENTRY: Final = "check_pharmacophore"

_TEST: Final = """
import json

def check(candidate):
    found = {True: 0, False: 0}
    for smiles, active in json.loads(MOLECULES):
        try:
            said = candidate(smiles)
        except Exception:
            continue
        if type(said) in KINDS and said == active:
            found[active] += 1
    raise AssertionError(f"{NONCE} {found[True]} {found[False]}")
"""


def prompt(target: str, actives: Sequence[str], decoys: Sequence[str]) -> str:
    """The question of a target: molecules that bind to it, others, and the function that is wanted."""
    return f"""\
{target}

These molecules are active:
{_lines(actives)}

These are not, though they are like them:
{_lines(decoys)}

Find out what the active ones have in common, and write a Python function `{ENTRY}(smiles: str) -> bool` that is \
True for a molecule which is likely to be active and False for another one, by features that it tests with RDKit \
(substructures, counts of groups, descriptors). It will be called with other molecules, one at a time. Import what it \
needs."""


async def counted(  # noqa: PLR0913 - a program, its molecules, and how it is run
    code: str, actives: Sequence[str], decoys: Sequence[str], level: Level, limits: Limits, *, strict: bool
) -> tuple[int, int] | Verdict:
    """The numbers of active and of other molecules that a program tells, or the verdict that says why it tells none.

    Where it is `strict`, 1 and 0 count as True and False; in MoCo they do not.
    """
    nonce = secrets.token_hex(16)
    both = [(smiles, True) for smiles in actives] + [(smiles, False) for smiles in decoys]
    Random(nonce).shuffle(both)
    given: dict[str, Any] = {"MOLECULES": json.dumps(both), "NONCE": nonce}
    kinds = "(bool, int)" if strict else "(bool,)"
    test = "".join(f"{name} = {value!r}\n" for name, value in given.items()) + f"KINDS = {kinds}\n" + _TEST
    verdict = await judging.tested(code, ENTRY, {"preamble": "", "test": test, "remote": []}, level, limits)
    found = re.fullmatch(rf"AssertionError: {nonce} (\d+) (\d+)", verdict.message)
    if verdict.kind != "assertion" or found is None:
        return verdict
    return int(found[1]), int(found[2])


def _lines(molecules: Sequence[str]) -> str:
    return "\n".join(f"- {smiles}" for smiles in molecules)
