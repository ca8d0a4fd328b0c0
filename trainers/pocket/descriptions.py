"""Descriptions of the pocket models' skills, in words that the judge was trained on."""

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
"""Paraphrases of descriptions by skill; `anything` is for models without a special skill."""

STRANGERS = ("red", "blue", "green", "yellow", "first", "second", "server", "expert", "helper", "assistant")
"""Names that do not reveal a skill."""
