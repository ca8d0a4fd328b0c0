"""Errors as messages, and back."""

import pytest
from symposia.agents.errors import BudgetSpent, CallFailed, SymposiaError
from symposia.agents.failure import Failure, error_kind


class OutOfInk(SymposiaError):
    """An error of a test."""


@pytest.mark.parametrize("kind", [CallFailed, BudgetSpent, OutOfInk])
def test_an_error_comes_back_as_the_same_kind_with_the_same_words(kind: type[SymposiaError]) -> None:
    error = kind("amber: out of ink. Refill it.")
    again = Failure.of(error).error()
    assert (type(again), str(again)) == (kind, "amber: out of ink. Refill it.")


def test_an_error_of_another_file_is_called_by_the_file_too() -> None:
    assert Failure.of(OutOfInk("x")).kind == "test_failure.OutOfInk"


def test_an_error_that_nobody_knows_comes_back_as_the_base() -> None:
    assert error_kind("nowhere.Lost") is SymposiaError
    assert str(Failure(kind="Lost", text="gone").error()) == "gone"
