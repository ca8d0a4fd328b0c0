"""Numbers in replies."""

from fractions import Fraction

import pytest
from symposia.evaluators.parsing.numbers import number_in, spelled


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-$5", "-5"),
        ("\u22125", "-5"),
        ("1 1/2", "1.5"),
        (r"1\frac{2}{3}", "5/3"),
        (r"-\frac12", "-0.5"),
        (r"3 \times 10^5", "300000"),
        ("1e-3", "0.001"),
        (r"90^\circ", "90"),
        (r"100\text{ cm}", "100"),
        ("5km", "5"),
        ("50%", "50"),
        ("5 + 3 = 8 apples", "8"),
        ("4 or 5", None),
        ("10:30", None),
        ("10/12/2020", None),
        ("1,23", None),
        ("5x", None),
        (r"5\sqrt{2}", None),
        (r"\frac{\pi}{2}", None),
        ("1/0", None),
        ("1e999999", None),
        ("9" * 5000, None),
        ("H2O", None),
        ("7" + " \n" * 20_000, "7"),
    ],
)
def test_a_number_is_read_exactly_or_not_at_all(text: str, value: str | None) -> None:
    found = number_in(text)
    assert (None if found is None else spelled(found)) == value


def test_numbers_have_one_spelling() -> None:
    found = [spelled(Fraction(*parts)) for parts in ((-1, 4), (1, 3), (100, 1), (1, 1000))]
    assert found == ["-0.25", "1/3", "100", "0.001"]
