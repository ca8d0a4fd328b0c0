"""Numbers in replies."""

from fractions import Fraction

import pytest
from symposia.evaluators.parsing.lists import interval_in, numbers_in
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
        ("minus 3", "-3"),
        ("negative 3", "-3"),
        ("- 5", "-5"),
        ("x - 5", None),
        ("$18 million", "18000000"),
        ("18 billion dollars", "18000000000"),
        ("$18K", "18000"),
        ("18K", None),
        ("18k", "18000"),
        ("18m", "18"),
        ("3 x 10^2", "300"),
        ("3 \u00d7 10\u00b2", "300"),
        ("10^{-2}", "0.01"),
        ("2^10", None),
        ("1\u00bd", "1.5"),
        ("\u00bd", "0.5"),
        ("two and a half", "2.5"),
        ("two thirds", None),
        ("2 dozen", None),
        ("1 800", "1800"),
        ("1\u202f800", "1800"),
        ("1'800", "1800"),
        ("1 800,50", None),
        ("3,14 and 5", None),
        ("1.234,56", None),
        ("18 (that is, 9*2)", "18"),
        ("18 (= 9*2)", "18"),
        ("18 (18 = 9*2)", "18"),
        ("18 eggs, sold at $2", "18"),
        ("18 because 9*2 = 18", "18"),
        ("18 (20)", None),
        ("18, or 20", None),
        ("18 to 20", None),
        ("18 hours, 30 minutes", None),
        ("20 eggs are sold for 2 dollars", None),
        ("eighteen", "18"),
        ("twenty-one eggs", "21"),
        ("one hundred and five", "105"),
        ("three million", "3000000"),
        ("minus eighteen", "-18"),
        ("eighteen (18)", "18"),
        ("eighteen eggs, sold at $2", "18"),
        ("one of them", None),
        ("two three", None),
        ("5!", None),
        ("18 eggs!", "18"),
        ("> 18", None),
        ("not 18", None),
        ("18 \u00b1 2", None),
        ("\uff11\uff18", "18"),
        ("less than 3", None),
        ("at least 3", None),
        ("half of 3", None),
        ("\u221a3", None),
        ("ln(3)", None),
        ("3 squared", None),
        ("+/- 3", None),
        ("3 and a quarter", None),
        ("3 thousandths", None),
        ("18th", "18"),
        (r"9 \sqrt {30}", None),
        (r"[0, \pi)", None),
        ("7" + " \n" * 20_000, "7"),
    ],
)
def test_a_number_is_read_exactly_or_not_at_all(text: str, value: str | None) -> None:
    found = number_in(text)
    assert (None if found is None else spelled(found)) == value


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[1,000, 2]", [1000, 2]),
        ("[1,2, 3]", [1, 2, 3]),
        ("[100,200,300]", [100, 200, 300]),
        ("[1,000,2,000]", None),
        ("So they are [1, 2].", [1, 2]),
        ("1, 2 and 3", [1, 2, 3]),
        (r"\{1, 2\}", [1, 2]),
        ("[1, 2)", None),
        ("[1, x]", None),
    ],
)
def test_a_list_has_its_thousands_and_no_half_open_end(text: str, numbers: list[int] | None) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("[1,2)", "[1, 2)"),
        ("(1, 2]", "(1, 2]"),
        (r"\left[1, 2\right)", "[1, 2)"),
        (r"x \in (-\infty, 3]", "(-inf, 3]"),
        ("(0, \u221e)", "(0, inf)"),
        ("1, 2", "1, 2"),
        ("[1, 2, 3)", None),
    ],
)
def test_an_interval_keeps_its_brackets(text: str, interval: str | None) -> None:
    assert interval_in(text) == interval


@pytest.mark.parametrize("text", ["1 " * 20_000, "one " * 20_000, "(" * 20_000, "1," * 20_000, "- " * 20_000])
def test_a_long_text_is_no_number_and_takes_no_time(text: str) -> None:
    assert number_in(text) is None


def test_numbers_have_one_spelling() -> None:
    found = [spelled(Fraction(*parts)) for parts in ((-1, 4), (1, 3), (100, 1), (1, 1000))]
    assert found == ["-0.25", "1/3", "100", "0.001"]
