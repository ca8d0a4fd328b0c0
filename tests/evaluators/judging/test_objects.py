"""JSON verdicts in a judge's text."""

import pytest
from symposia.evaluators.judging.objects import last_object, last_pairs, number_in


def test_the_last_object_counts_and_a_fence_is_no_obstacle() -> None:
    assert last_object('{"a": 1} then ```json\n{"b": {"c": [2, null]}}\n``` done') == {"b": {"c": [2, None]}}
    assert last_object("{not json} [1, 2]") is None
    assert last_object("") is None


def test_a_hostile_text_is_read_in_time() -> None:
    assert last_object('{"a":' * 100_000) is None
    assert last_object("{" * 100_000 + '{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Fine. {'Logical Robustness': 4, 'Factuality': 'N/A', \"readability_of\": 5}",
            {"Logical Robustness": 4.0, "Factuality": "N/A", "readability_of": 5.0},
        ),
        ("{'a': 1} {'a': 2}", {"a": 2.0}),
        ('{"a": {"b": 1}}', {"b": 1.0}),
        ("{'Factuality': None}", None),
        ("{'Factuality': null}", None),
        ("{Factuality: 3}", None),
        ("none", None),
    ],
)
def test_a_flat_dictionary_as_python_prints_it_is_read(text: str, found: object) -> None:
    assert last_pairs(text) == found


def test_a_number_has_its_name_and_its_range() -> None:
    assert number_in('{"accuracy": 1}', "accuracy", 0, 1) == 1.0
    for text in (
        '{"accuracy": 2}',
        '{"accuracy": "1"}',
        '{"accuracy": true}',
        '{"score": 1}',
        "1",
        '{"accuracy": NaN}',
    ):
        assert number_in(text, "accuracy", 0, 1) is None
