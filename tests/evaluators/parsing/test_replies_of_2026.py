"""Replies as models of 2026 write them, each of which was misread: what they choose, and what they do not."""

import pytest
from symposia.evaluators.parsing.gold_kinds import kind_of
from symposia.evaluators.parsing.kinds import KINDS
from symposia.evaluators.parsing.letters import letter_in
from symposia.evaluators.parsing.replies import answer_in

COLOURS = ("red", "green", "blue", "none")
LETTERS = ("A", "B", "C", "D")
NESTED = ("Both B and C", "All of them", "None of them", "Only A")
HALVES = (r"$\frac{1}{2}$", r"$\frac{1}{3}$", r"$-\frac{1}{2}$", r"$\sqrt{2}$")


@pytest.mark.parametrize(
    ("reply", "options", "letter"),
    [
        ("Answer: B\n\nCorrection: the answer is A.", COLOURS, "A"),
        ("Answer: B\n\nWait, blue fits better. The answer is C.", COLOURS, "C"),
        ("Answer: B\n\nActually, many believe the answer is A.", COLOURS, "B"),
        ("<b>Answer:</b> D", COLOURS, "D"),
        ("Answer: <strong>D</strong><br>since nothing fits", COLOURS, "D"),
        ("Option A (Both B and C) is correct.", NESTED, "A"),
        ("Option D (Only A) is correct.", NESTED, "D"),
        (r"Answer: A - $\frac{1}{2}$", HALVES, "A"),
        ("ANSWER: A, B", LETTERS, None),
        ("The answer is A rather than B.", COLOURS, "A"),
        ("The answer is 100 (B).", ("10", "100", "1000"), "B"),
        ('{"answer": {"letter": "C"}}', COLOURS, "C"),
        ('{"answer_letter": "C", "answer_index": 1}', COLOURS, "C"),
        ('{"selected_option": "C"}', COLOURS, "C"),
        ("Ans. (C)", COLOURS, "C"),
        ("Answer key: C", COLOURS, "C"),
        ("**Conclusion:** C", COLOURS, "C"),
        ("\u2705 **C) blue**", COLOURS, "C"),
        ("It is A, since the others do not fit.", COLOURS, "A"),
        ("\u6b63\u786e\u7b54\u6848\u662f\uff1a**C**", COLOURS, "C"),
        ("Die Antwort ist C.", COLOURS, "C"),
        ("La respuesta correcta es C.", COLOURS, "C"),
        ("\u041e\u0442\u0432\u0435\u0442: C", COLOURS, "C"),
    ],
)
def test_the_option_of_a_reply_is_the_one_that_it_chooses(
    reply: str, options: tuple[str, ...], letter: str | None
) -> None:
    assert letter_in(reply, options) == letter


@pytest.mark.parametrize(
    ("reply", "kind", "answer"),
    [
        (r'{"answer": "\frac{1}{2}"}', "number", "0.5"),
        (r'{"answer": "1.8 \times 10^1"}', "number", "18"),
        ("Answer: 1 hundred thousand", "number", "100000"),
        ("Answer: --3", "number", None),
        ("Answer: 110_2", "number", None),
        ("Answer: maybe not", "bool", None),
    ],
)
def test_an_answer_is_read_whole_or_not_at_all(reply: str, kind: str, answer: str | None) -> None:
    assert answer_in(reply, kind) == answer


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        (r"\$18.90", "number"),
        (r"300,\!000", "number"),
        ("45\N{DEGREE SIGN}", "number"),
        ("1, -2", "list"),
        ("12,9", "list"),
        ("110_2", "latex"),
    ],
)
def test_a_gold_as_math_writes_it_has_its_kind(gold: str, kind: str) -> None:
    assert kind_of([gold]) == kind


@pytest.mark.parametrize(
    ("gold", "said", "equal"),
    [
        (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}", True),
        (r"\infty", "\N{INFINITY}", True),
        (r"2\sqrt{3}", "2\N{SQUARE ROOT}3", True),
        (r"\frac{\pi}{4}", "pi/4", True),
        ("110_{2}", "110_2", True),
        ("110_2", "110_3", False),
    ],
)
def test_formulas_in_other_spellings_are_equal_and_other_bases_are_not(gold: str, said: str, *, equal: bool) -> None:
    formula = KINDS["latex"]
    assert formula.equal(formula.read(gold) or "", formula.read(said) or "?", 0.0) is equal
