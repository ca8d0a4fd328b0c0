"""Formulas in LaTeX: one spelling, and equality by math-verify in a process of its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from symposia.evaluators.parsing import formulas
from symposia.evaluators.parsing.formulas import equal, formula_in
from symposia.evaluators.tasks import short_answer
from symposia.tests.support.data import written

HOSTILE = "9^{9^{9^{9}}}"


@pytest.mark.parametrize(
    "reply",
    [
        r"Answer: \frac{9\sqrt{30}}{4}",
        r"\boxed{\dfrac{9\sqrt{30}}{4}}",
        r"The answer is $\left(\frac{9 \sqrt{30}}{4}\right)$.",
        r"So it is $\tfrac{9}{4}\sqrt{30}$ in all.",
        r"Answer: $\frac{9\,\sqrt{30}}{4}$.",
        r"x = \frac{9\sqrt{30}}{4}",
        r"\[ \frac{9 \cdot \sqrt{30}}{4} \]",
    ],
)
def test_equal_spellings_of_a_formula_are_right(tmp_path: Path, reply: str) -> None:
    source = written(tmp_path, [{"input": "How long?", "output": r"\frac{9\sqrt{30}}{4}"}])
    (item,) = short_answer.load(split="test", data=source)
    assert item.meta["kind"] == "latex"
    assert short_answer.grade(item, reply) == 1.0
    assert short_answer.grade(item, reply.replace("30", "31")) == 0.0


@pytest.mark.parametrize(
    ("gold", "said", "same"),
    [
        ("n(n-1)/2", r"\frac{n^2-n}{2}", True),
        ("n-1", "n+1", False),
        ("2^{999}-2^{499}", "2^{499}(2^{500}-1)", True),
        (r"[0,\pi)", r"(0,\pi]", False),
        (r"\{1,\pi\}", r"\{\pi,1\}", True),
        ("120", "5!", True),
        (r"50\%", "50", True),
        ("1/3", "0.333333", False),
        (r"\text{even}", "even", True),
        (r"\text{even}", "vene", False),
    ],
)
def test_formulas_are_equal_if_their_values_are(gold: str, said: str, same: bool) -> None:
    one, other = formula_in(gold), formula_in(said)
    assert one is not None
    assert other is not None
    assert equal(one, other) is same


@pytest.mark.parametrize("text", ["I do not know it", "x" * 1_000, ""])
def test_prose_and_endless_formulas_are_none(text: str) -> None:
    assert formula_in(text) is None


def test_a_hostile_formula_is_given_up_and_the_next_one_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMPOSIA_FORMULA_SECONDS", "0.5")
    worker = formulas.Worker()
    assert not worker.ask("n-1", HOSTILE)
    assert worker.ask("n-1", "-1+n")
    worker.close()


def test_a_process_that_others_killed_is_started_again() -> None:
    worker = formulas.Worker()
    assert worker.ask("n-1", "-1+n")
    assert worker._process is not None
    worker._process.kill()
    assert worker.ask("n-2", "-2+n")
    worker.close()


def test_formulas_are_compared_in_any_thread() -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: equal(f"x+{number}", f"{number}+x"), range(1, 9)))
    assert found == [True] * 8


def test_nothing_that_a_model_wrote_is_run(tmp_path: Path) -> None:
    target = tmp_path / "written"
    for code in (f"__import__('pathlib').Path('{target}').touch()", rf"\text{{open('{target}','w')}}"):
        assert not equal("x^2", code)
    assert not target.exists()
