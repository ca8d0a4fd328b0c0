"""Trivial baselines: guessing, and always giving the most frequent answer."""

import json
from collections import Counter
from collections.abc import Sequence

from ...agents.errors import BadData
from ..task import Item


def majority(items: Sequence[Item]) -> float:
    """The majority baseline: the share of the most frequent gold answer. Raises `BadData` for no items."""
    if not items:
        raise BadData("majority: no items. Give at least one.")
    return Counter(json.dumps(item.gold, sort_keys=True) for item in items).most_common(1)[0][1] / len(items)


def chance(items: Sequence[Item]) -> float | None:
    """The expected accuracy of guessing an option; None where an item has no options."""
    counts = [len(item.meta.get("options", ())) for item in items]
    return sum(1 / count for count in counts) / len(counts) if counts and all(counts) else None
