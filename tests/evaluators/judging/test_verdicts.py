"""Verdicts in a judge's text: the last one counts, and the published parsers keep their defects."""

import pytest
from symposia.evaluators.judging.verdicts import (
    preference,
    preference_v01,
    rating,
    rating_first,
    side,
    side_first,
)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("Good. [[8]]", 8.0, 8.0),
        ("One might give [[5]]. I give [[9]].", 9.0, 5.0),
        ("As [1] says, I would say 7.", None, 1.0),
        ("[[8/10]]", 8.0, None),
        ("[[ 8 ]]", 8.0, None),
        ("[[15]]", None, 15.0),
        ("[[0]]", None, 0.0),
        ("[[7.5]]", 7.5, 7.5),
        ("Rating: 8", None, None),
        ("[[rating: 6]]", 6.0, None),
        ("", None, None),
    ],
)
def test_the_last_rating_from_1_to_10_counts(text: str, strict: float | None, published: float | None) -> None:
    assert (rating(text), rating_first(text)) == (strict, published)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("[[A]]", "A", "A"),
        ("Not [[A]]: [[B]]", "B", "A"),
        ("[[ c ]]", "tie", None),
        ("[[C]]", "tie", "tie"),
        ("A", None, None),
        ("[A]", None, None),
    ],
)
def test_the_last_choice_counts(text: str, strict: str | None, published: str | None) -> None:
    assert (side(text), side_first(text)) == (strict, published)


@pytest.mark.parametrize(
    ("text", "today", "before"),
    [
        ("[[A>>B]]", "A>>B", "A>>B"),
        ("[[A>B]] at first, then [[B>>A]]", "B>>A", None),
        ("[[A>B]], yes: [[A>B]]", "A>B", "A>B"),
        ("[[A<B]]", "B>A", None),
        ("[[B<<A]]", "A>>B", None),
        ("[[B=A]]", "A=B", None),
        ("[a=b]", "A=B", None),
        ("[[A>B]], and [B>A] in single brackets", "A>B", "A>B"),
        ("[[A>A]]", None, None),
        ("[[A>>>B]]", None, None),
        ("A>B", None, None),
    ],
)
def test_the_last_label_counts_and_odd_ones_mean_what_they_say(
    text: str, today: str | None, before: str | None
) -> None:
    assert (preference(text), preference_v01(text)) == (today, before)
