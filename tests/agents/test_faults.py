"""Faults say what they are, and which of them can change a result."""

import pytest
from pydantic import ValidationError
from symposia.agents.faults import Faults


def test_over_a_runtime_only_a_crash_can_change_a_result() -> None:
    faults = Faults(drop=0.1, delay=0.1, duplicate=0.1, corrupt=0.1, reorder=0.1, crash=0.2)
    assert faults.lasting(runtime=True, deadline=False) == Faults(crash=0.2)
    assert Faults(drop=0.1).lasting(runtime=True, deadline=False) is None


def test_with_a_deadline_a_lost_message_can() -> None:
    assert Faults(drop=0.1).lasting(runtime=True, deadline=True) == Faults(drop=0.1)


def test_without_a_runtime_a_lost_call_and_an_unreadable_reply_can_and_a_delay_cannot() -> None:
    faults = Faults(delay=0.1, corrupt=0.1)
    assert faults.lasting(runtime=False, deadline=False) == Faults(corrupt=0.1)
    assert faults.lasting(runtime=False, deadline=True) == faults
    assert Faults(delay=0.1).lasting(runtime=False, deadline=False) is None


@pytest.mark.parametrize("wrong", [{"drop": 1.0}, {"drop": -0.1}, {"lose": 0.1}, {"crash": 1.1}, {"seconds": 0}])
def test_what_is_no_share_or_no_fault_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Faults(**wrong)  # type: ignore[arg-type]


def test_members_to_whom_nothing_is_done_are_refused() -> None:
    with pytest.raises(ValidationError, match="nothing is done to any"):
        Faults(members=("amber",))


def test_a_saboteur_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="lie"):
        Faults(saboteurs={"amber": "lies"})  # type: ignore[dict-item]
