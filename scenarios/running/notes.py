"""Notes for readers of a report, on what models and servers left open."""

from collections.abc import Collection, Mapping

from ...agents.decoding.messages import PROOFS
from ...agents.models.sessions import Approximation
from ...evaluators.comparison import Comparison


def approximated(found: Mapping[str, Approximation]) -> list[str]:
    """A note on each peer whose distributions were rebuilt from its likeliest tokens."""
    return [
        f"{name}: {one.count:,} of its distributions were rebuilt from its {one.top} likeliest tokens and the mass of "
        f"the rest. They are off by {'at most ' * one.bound}{one.mean:.2g} on average and by {one.worst:.2g} at most "
        "(total variation)."
        for name, one in sorted(found.items())
    ]


def proven(proofs: Mapping[str, int]) -> list[str]:
    """A note on tokens that were picked from likeliest tokens alone: how many are those of whole distributions."""
    certified, again, left = (proofs.get(name, 0) for name in PROOFS)
    if not certified + left:
        return []
    shares = [f"{times / (certified + left):.0%}" for times in (certified, again, left)]
    return [
        f"{certified + left:,} tokens were picked from likeliest tokens alone: {shares[0]} are proven to be those of "
        f"whole distributions, {shares[1]} took a second request, {shares[2]} are open."
    ]


def left_out(omitted: Mapping[str, Collection[str]]) -> list[str]:
    """A note on each agent whose provider does not take all sampling parameters."""
    return [
        f"{name}: {', '.join(sorted(names))} {'was' if len(names) == 1 else 'were'} not sent, since its provider does "
        "not take it. What the provider does by default was done."
        for name, names in sorted(omitted.items())
    ]


def uncounted(comparison: Comparison) -> list[str]:
    """A note on each system some of whose tokens are unknown, since a server did not say them."""
    found = {row.name: sum(sample.usage.uncounted or 0 for sample in row.samples) for row in comparison.rows}
    return [
        f"{name}: {calls:,} calls came without their usage. Its tokens are a lower bound, and its cost is unknown."
        for name, calls in found.items()
        if calls
    ]
