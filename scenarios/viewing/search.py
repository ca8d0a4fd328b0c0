"""Searches of weight methods as curves: what each particle or step was worth, and the coefficients that were found."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...agents.frozen import Frozen

SCRATCHPAD: Final = "utility_scratchpad.json"
METRICS: Final = "overall_metrics.json"
LEARNED: Final = "learned"
HISTORY: Final = re.compile(r"(.+?)_history")


class Search(Frozen):
    """Curves of utility by name, numbers by name, and weights: for each mixture, the coefficient of each model.

    >>> Search(curves={"g": [0.1, 0.4]}).curves["g"][-1]
    0.4
    """

    curves: dict[str, list[float]] = {}
    numbers: dict[str, float] = {}
    weights: dict[str, dict[str, float]] = {}


def search_of(directory: Path, learned: list[Mapping[str, Any]]) -> Search | None:
    """The search of a run, from the files beside its trace and from what was found out before; None without one."""
    scratch, metrics = read(directory / SCRATCHPAD), read(directory / METRICS)
    curves = {
        found[1]: [float(one) for one in values]
        for name, values in scratch.items()
        if (found := HISTORY.fullmatch(name)) and isinstance(values, list)
    }
    numbers = {name: float(value) for name, value in metrics.items() if isinstance(value, int | float)}
    weights: dict[str, dict[str, float]] = {}
    for number, message in enumerate(learned):
        weights |= coefficients(message, f"{message.get('@type', LEARNED)} {number}")
    if not curves and not numbers and not weights:
        return None
    return Search(curves=curves, numbers=numbers, weights=weights)


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
