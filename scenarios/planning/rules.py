"""The rules of runs: what is done where a scenario says nothing, by number.

A run that was begun by earlier rules goes on, replays and is forked by those. Rules 1 were in force until the
assistant of a simulation was told the form of an answer, and its user no longer was.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from .parts import Part
from .plan import RULES, Plan

FIRST: Final = 1
"""The rules of a run that names none."""


def rules_of(about: Mapping[str, Any]) -> int:
    """The rules of a run from what was written about it; the present ones where nothing was written yet.

    >>> rules_of({"scenario": "s.yaml"}), rules_of({}) == RULES
    (1, True)
    """
    return int(about.get("rules", FIRST)) if about else RULES


def under(plan: Plan, rules: int) -> Plan:
    """A plan by these rules: under the first ones each protocol has its former defaults."""
    if rules >= RULES:
        return plan
    return replace(plan, rules=rules, parts={path: formerly(part) for path, part in plan.parts.items()})


def formerly(part: Part) -> Part:
    """A team whose protocol has its former defaults."""
    return replace(part, options={**getattr(part.protocol.module, "FORMERLY", {}), **part.options})
