"""Runs that were begun before: they go on by the rules of then."""

from pathlib import Path

from ..planning.plan import Plan
from ..planning.rules import rules_of, under
from .run_directory import read_about


def as_begun(plan: Plan, directory: Path) -> Plan:
    """The plan by the rules of the run that was begun in a directory; unchanged where none was."""
    return under(plan, rules_of(read_about(directory)))
