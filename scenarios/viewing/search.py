"""Searches of weight methods as curves: what each particle or step was worth, and the coefficients that were found."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ...agents.frozen import Frozen
from .columns import Columns

SCRATCHPAD: Final = "utility_scratchpad.json"
METRICS: Final = "overall_metrics.json"
HISTORY: Final = re.compile(r"(.+?)_history")


class Tried(Frozen):
    """A team or a mixture that was tried on dev: the share of questions whose last answer was right, and their number.

    >>> Tried(name="particle-3", right=0.5, questions=40).right
    0.5
    """

    name: str
    right: float
    questions: int


class Search(Frozen):
    """Curves of utility by name, numbers by name, what was `tried` on dev in its order, and weights by mixture.

    >>> Search(curves={"g": [0.1, 0.4]}).curves["g"][-1]
    0.4
    """

    curves: Mapping[str, list[float]] = {}
    numbers: Mapping[str, float] = {}
    tried: Sequence[Tried] = ()
    weights: Mapping[str, dict[str, float]] = {}


def search_of(directory: Path, learned: Mapping[str, Any], tried: list[Tried]) -> Search | None:
    """The search of a run: from the files beside its trace, what was prepared before, and dev; None without one."""
    scratch, metrics = read(directory / SCRATCHPAD), read(directory / METRICS)
    curves = {
        found[1]: [float(one) for one in values]
        for name, values in scratch.items()
        if (found := HISTORY.fullmatch(name)) and isinstance(values, list)
    }
    numbers = {name: float(value) for name, value in metrics.items() if isinstance(value, int | float)}
    weights = coefficients(learned, "prepared")
    if not curves and not numbers and not weights and not tried:
        return None
    return Search(curves=curves, numbers=numbers, weights=weights, tried=tried)


def tried_of(columns: Columns, places: Sequence[str]) -> list[Tried]:
    """What was tried on dev, in its order, as far as its answers can be graded here."""
    last: dict[str, int] = {}
    for place, right in zip(columns.place, columns.right, strict=True):
        if right >= 0 and places[place].startswith("dev/") and not places[place].startswith("dev/equal_budget/"):
            last[places[place]] = right
    shares: dict[str, list[int]] = {}
    for name, right in last.items():
        shares.setdefault(name.split("/")[1], []).append(right)
    ordered = sorted(shares.items(), key=lambda one: int(one[0].split("-")[0]) if one[0].split("-")[0].isdigit() else 0)
    return [Tried(name=name, right=sum(each) / len(each), questions=len(each)) for name, each in ordered]


def coefficients(value: object, name: str) -> dict[str, dict[str, float]]:
    """Mappings from names to numbers anywhere within data, by their path."""
    found: dict[str, dict[str, float]] = {}
    if isinstance(value, Mapping):
        numbers = {str(key): float(one) for key, one in value.items() if isinstance(one, int | float)}
        if len(numbers) > 1 and len(numbers) == len(value):
            return {name: numbers}
        for key, one in value.items():
            found |= coefficients(one, f"{name}.{key}")
    return found


def read(path: Path) -> dict[str, Any]:
    """A JSON object in a file; empty where there is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
