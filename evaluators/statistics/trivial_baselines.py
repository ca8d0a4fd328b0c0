"""What a score has to be compared with first: guessing, and always giving the most frequent answer."""

import json
from collections import Counter
from collections.abc import Sequence

from ...agents.errors import BadData
from ..task import Item


def majority(items: Sequence[Item]) -> float:
    """The share of the most frequent gold: the accuracy of a constant answer."""
    if not items:
        raise BadData("majority: no items. Give at least one.")
    return Counter(json.dumps(item.gold, sort_keys=True) for item in items).most_common(1)[0][1] / len(items)


def chance(items: Sequence[Item]) -> float | None:
    """The accuracy of guessing an option; None where an item has no options."""
    counts = [len(item.meta.get("options", ())) for item in items]
    return sum(1 / count for count in counts) / len(counts) if counts and all(counts) else None
