"""Profiles of parsing and grading rules."""

from typing import Final

from ...agents.errors import UnknownName

STRICT: Final = "strict"
"""Our own rules; the default."""

MOCO: Final = "moco_compat"
"""The rules of the MoCo reference of June 2026, defects included: only to compare with published numbers."""

MOCO_1_1: Final = "moco_1_1"
"""The rules of MoCo 1.1.2, which differ for every task: only to compare with numbers of that version."""

PROFILES: Final = (STRICT, MOCO, MOCO_1_1)


def check_profile(profile: str, *, where: str) -> None:
    """Raise `UnknownName` for an unknown profile."""
    if profile not in PROFILES:
        raise UnknownName("profile", profile, PROFILES, where=where)
