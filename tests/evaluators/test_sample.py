"""Samples: scored, or with a reason."""

import pytest
from pydantic import ValidationError
from symposia.evaluators.sample import Sample
from symposia.tests.support.samples import sample


@pytest.mark.parametrize("given", [{}, {"score": 1.0, "why": "late"}, {"score": float("nan")}])
def test_a_sample_has_a_score_or_a_reason(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"id": "i", "question": "?", "output": "", **given})


def test_a_sample_is_read_back_as_it_was_written() -> None:
    row = sample(None, cluster="p1", tokens=3)
    assert Sample.model_validate_json(row.model_dump_json()) == row
