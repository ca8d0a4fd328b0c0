"""The plan of a training, in words or as JSON."""

import json
from collections.abc import Mapping
from typing import Any


def training_plan(facts: Mapping[str, Any], *, as_json: bool) -> str:
    """What a training would do, a fact on each line.

    >>> print(training_plan({"rows": 4000, "steps": 250}, as_json=False))
    rows   4,000
    steps  250
    """
    if as_json:
        return json.dumps(dict(facts), default=str, indent=2)
    width = max(map(len, facts))
    said = {name: f"{value:,}" if isinstance(value, int) else str(value) for name, value in facts.items()}
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in said.items())
