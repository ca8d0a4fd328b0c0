"""Tests that must share a process with the program: a `unittest` class, its results checked by canaries.

Each expected test must be reported as passed, by name. Beside them run two tests that the harness made up, one that
must fail and one that must raise; and what the function returns is compared with something that nothing equals. If
any of these passes, the program changed the rules, and the verdict is `tampered`. This catches the tricks that are
known (a patched `TestCase.run` or loader, `SkipTest`, objects that equal everything); it is no proof against code
written for this very harness.
"""

import functools
import unittest
from types import ModuleType
from typing import Any

from .program import CannotLoad, loaded, said

_NAME = "__test__"


class Unequal:
    """Equals nothing; what equals it equals everything.

    >>> Unequal() == Unequal()
    False
    """

    __hash__ = None  # type: ignore[assignment]


class Tally(unittest.TestResult):
    """The names of the tests that passed, and the classes of what the others raised.

    >>> tally = Tally()
    >>> unittest.TestSuite(canary_tests(["test_a", "test_b"])).run(tally).passed
    []
    >>> [(name, kind) for name, kind, _ in tally.problems]
    [('test_a', 'AssertionError'), ('test_b', 'RuntimeError')]
    """

    def __init__(self) -> None:
        super().__init__()
        self.passed: list[str] = []
        self.problems: list[tuple[str, str, str]] = []

    def addSuccess(self, test: unittest.TestCase) -> None:
        """Note a test that passed."""
        self.passed.append(test._testMethodName)

    def addError(self, test: unittest.TestCase, err: Any) -> None:  # noqa: ANN401
        """Note a test that raised."""
        self.problems.append((getattr(test, "_testMethodName", "set-up"), err[0].__name__, said(err[1])))

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: ANN401
        """Note a test whose assertion failed."""
        self.problems.append((test._testMethodName, "AssertionError", said(err[1])))

    def addSubTest(self, test: unittest.TestCase, subtest: Any, err: Any) -> None:  # noqa: ANN401
        """Note a part of a test that failed."""
        if err is not None:
            self.problems.append((test._testMethodName, err[0].__name__, said(err[1])))


def tried(payload: dict[str, Any]) -> dict[str, Any]:
    """The result of the tests `expected` of the class `TestCases` in `test`, run with the program `code`."""
    canaries, nonce = payload["canaries"], payload["nonce"]
    try:
        module = loaded(f"{payload['code']}\n\n{payload['test']}", _NAME)
        lying = watch(module, payload["entry"])
        tally = run(module, payload["expected"], canaries)
    except CannotLoad as error:
        return {"nonce": nonce, "verdict": error.verdict, "message": str(error)}
    return {"nonce": nonce, **judged(tally, payload["expected"], canaries, lying)}


def judged(tally: Tally, expected: list[str], canaries: list[str], lying: list[str]) -> dict[str, str]:
    """The verdict on what was reported."""
    failed, raised = canaries
    problems = {name: (kind, message) for name, kind, message in tally.problems}
    honest = problems.get(failed, ("",))[0] == "AssertionError" and problems.get(raised, ("",))[0] == "RuntimeError"
    if lying or not honest or failed in tally.passed or raised in tally.passed:
        return {"verdict": "tampered", "message": lying[0] if lying else "a test that must not pass did"}
    for name in expected:
        if name in problems:
            kind, message = problems[name]
            return {
                "verdict": {"AssertionError": "assertion", "MemoryError": "memory"}.get(kind, "exception"),
                "message": f"{name}: {message}",
            }
    if sorted(set(tally.passed)) != sorted(expected) or set(problems) - {failed, raised}:
        return {"verdict": "assertion", "message": "not each test was reported as passed"}
    return {"verdict": "pass", "message": ""}


def run(module: ModuleType, expected: list[str], canaries: list[str]) -> Tally:
    """Run the tests one by one, the canaries among them. Raises `CannotLoad` without a class `TestCases`."""
    cases = module.__dict__.get("TestCases")
    if not (isinstance(cases, type) and issubclass(cases, unittest.TestCase)):
        raise CannotLoad("exception", "the program removed TestCases")
    tally = Tally()
    first, *others = expected
    suite = [cases(first), *canary_tests(canaries), *map(cases, others)]
    unittest.TestSuite(suite).run(tally)
    return tally


def canary_tests(names: list[str]) -> list[unittest.TestCase]:
    """A test that fails and one that raises, by these names."""

    def fails(test: unittest.TestCase) -> None:
        test.assertEqual(Unequal(), Unequal())  # noqa: PT009 - a program may have patched it

    def raises(test: unittest.TestCase) -> None:
        raise RuntimeError(test)

    kind = type("TestCases", (unittest.TestCase,), dict(zip(names, (fails, raises), strict=True)))
    return [kind(name) for name in names]


def watch(module: ModuleType, entry: str) -> list[str]:
    """A list that gets an entry when the function returns what equals everything. Raises `CannotLoad`."""
    function, lying = module.__dict__.get(entry), []
    if not callable(function):
        raise CannotLoad("missing_entry", f"the program defines no {entry}")

    @functools.wraps(function)
    def watched(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
        result = function(*arguments, **keywords)
        if equals_everything(result):
            lying.append(f"a {type(result).__name__} that equals everything")
        return result

    module.__dict__[entry] = watched
    return lying


def equals_everything(value: Any, depth: int = 3) -> bool:  # noqa: ANN401
    """True if a value, or one in it, is equal to what nothing equals."""
    if type(value) in (int, str, float, bool, bytes, type(None)):
        return False
    if depth and isinstance(value, list | tuple | set | frozenset):
        return any(equals_everything(one, depth - 1) for one in list(value)[:1000])
    if depth and isinstance(value, dict):
        return any(equals_everything(one, depth - 1) for one in list(value.values())[:1000])
    try:
        return (value == Unequal()) is True or (value != Unequal()) is False
    except Exception:  # noqa: BLE001 - what cannot be compared is not equal
        return False
