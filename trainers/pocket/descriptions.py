"""What each pocket model is good at, in words the judge has read."""

from collections.abc import Mapping
from types import MappingProxyType

DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "arithmetic": "adds and subtracts numbers",
        "strings": "reverses and sorts letters",
        "graphs": "finds paths in graphs",
        "lookup": "looks things up in a table",
    }
)
"""The descriptions of the four specialists; the scenarios of the library use them word for word."""

PARAPHRASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "arithmetic": (DESCRIPTIONS["arithmetic"], "good at arithmetic", "computes sums", "good with numbers"),
        "strings": (DESCRIPTIONS["strings"], "good at strings", "works on letters", "can sort and reverse"),
        "graphs": (DESCRIPTIONS["graphs"], "good at graphs", "counts steps in a graph", "knows paths"),
        "lookup": (DESCRIPTIONS["lookup"], "good at lookup", "reads tables", "finds the value of a key"),
        "anything": ("answers anything", "a general assistant", "knows a little of everything", "a mentor"),
    }
)
"""Ways to say it, by skill; `anything` is for models without a special skill."""

STRANGERS = ("red", "blue", "green", "yellow", "first", "second", "server", "expert", "helper", "assistant")
"""Names that say nothing about a skill."""
