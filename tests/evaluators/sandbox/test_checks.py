"""Tests that drive a program in another process: what they see of it, and which rules compare results."""

from typing import Any

import pytest
from symposia.evaluators.sandbox.inside.plus import equal, rule_for
from symposia.evaluators.sandbox.inside.proxy import Escaped, error_of
from symposia.tests.support.sandbox import holding, verdict


def passes(code: str, test: str, **more: Any) -> bool:
    return verdict(holding("landlock"), code, test, **more).kind == "pass"


def test_a_changed_argument_is_seen_by_the_test() -> None:
    test = "given = [3, 1, 2]; assert candidate(given) is None; assert given == [1, 2, 3]"
    assert passes("def f(items):\n    items.sort()", test)
    assert not passes("def f(items):\n    sorted(items)", test)


def test_what_it_raises_is_raised_in_the_test() -> None:
    test = "\n    try:\n        candidate(0)\n    except ValueError as error:\n        assert 'no' in str(error)\n"
    test += "    else:\n        assert False"
    assert passes("def f(x):\n    raise ValueError('no')", test)
    assert passes("class Own(ValueError): pass\ndef f(x):\n    raise Own('no')", test)
    assert not passes("def f(x):\n    raise KeyError('no')", test)
    assert not passes("def f(x):\n    raise SystemExit", "\n    try: candidate(0)\n    except Exception: pass")


def test_a_test_that_catches_everything_does_not_hide_that_the_program_is_gone() -> None:
    test = "\n    try: candidate(0)\n    except: pass"
    assert not passes("import os\ndef f(x):\n    os._exit(0)", test)
    assert passes("def f(x):\n    raise ValueError", test)


def test_exit_and_quit_are_there_as_always() -> None:
    for name in ("exit", "quit"):
        found = verdict(holding("landlock"), f"def f(): {name}(0)", "assert candidate() == 1")
        assert str(found) == "exception: SystemExit: 0"


def test_an_exception_is_the_nearest_of_pythons_own() -> None:
    assert isinstance(error_of(["Own", "KeyError", "LookupError", "Exception"], "x"), KeyError)
    assert isinstance(error_of(["UnicodeDecodeError", "UnicodeError", "ValueError"], "x"), UnicodeError)
    assert isinstance(error_of(["SystemExit", "BaseException"], "x"), Escaped)
    assert isinstance(error_of(["print", "open"], "x"), Escaped)


def test_helpers_of_the_prompt_are_on_the_side_of_the_tests() -> None:
    preamble = "def double(x):\n    return 2 * x\n"
    cheat = "def double(x):\n    return 0\ndef f(x):\n    return 0"
    assert not passes(cheat, "assert candidate(3) == double(3)", preamble=preamble)
    assert passes("def f(x):\n    return x + x", "assert candidate(3) == double(3)", preamble=preamble)


def test_a_class_of_the_program_is_made_on_its_side() -> None:
    code = "class Pair:\n    def __init__(self, a): self.a = a\ndef f(pairs): return sum(one.a for one in pairs)"
    assert passes(code, "assert candidate([Pair(1), Pair(2)]) == 3", remote=["Pair"])


def test_a_test_that_asks_nothing_says_nothing() -> None:
    assert verdict(holding("landlock"), "def f(): return 1", "assert True").kind == "sandbox_error"


def test_calls_share_the_state_of_the_program() -> None:
    assert passes(
        "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)", "assert candidate(0) + candidate(0) == 3"
    )


def test_one_program_leaves_nothing_to_the_next() -> None:
    spoil = "import builtins, json\nbuiltins.len = lambda _: 7\njson.dumps = None\ndef f(x): return 7"
    verdict(holding("landlock"), spoil, "assert candidate([1]) == 1")
    for _ in range(3):
        assert passes("def f(x):\n    return len(x)", "assert candidate([1]) == 1")


@pytest.mark.parametrize(
    ("said", "expected", "tolerance", "same"),
    [
        (0.1 + 0.2, 0.3, 0, True),
        (0.3001, 0.3, 0, False),
        (0.3001, 0.3, 1e-3, True),
        ([0.1 + 0.2], [0.3], 0, False),
        ([0.1 + 0.2], [0.3], 1e-6, True),
        ((0.3,), [0.3], 1e-6, False),
        ([0.3, 1], [0.3], 1e-6, False),
        (3, 3.0, 0, True),
        (True, 1, 0, True),
        ("a", "b", 1e-6, False),
        (float("inf"), float("inf"), 1e-6, True),
    ],
)
def test_results_are_compared_as_evalplus_does(said: Any, expected: Any, tolerance: float, same: bool) -> None:
    assert equal(said, expected, tolerance) is same


def test_functions_with_several_right_results_have_rules_of_their_own() -> None:
    assert rule_for("similar_elements", 0, {}, [])((4, 3), (3, 4))
    assert not rule_for("other", 0, {}, [])((4, 3), (3, 4))
    zero = rule_for("find_zero", 0, {"poly": lambda xs, x: xs[0] + xs[1] * x}, [[1, 2]])
    assert zero(-0.5, None)
    assert not zero(-0.4, None)
    assert rule_for("check_str", 0, {}, [])("a match", True)
    assert not rule_for("check_str", 0, {}, [])(None, True)
    assert rule_for("surface_Area", 0, {}, [3, 4])(35, 33)
    assert not rule_for("surface_Area", 0, {}, [3, 4])(34, 33)
    assert rule_for("digit_distance_nums", 0, {}, [23, 156])(7, 99)
    assert rule_for("sum_div", 0, {}, [8])(0, 7)
    assert not rule_for("sum_div", 0, {}, [8])(3, 7)
