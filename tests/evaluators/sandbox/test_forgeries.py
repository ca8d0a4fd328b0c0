"""Wrong programs that try to be called right: none passes."""

import asyncio

import pytest
from symposia.evaluators.sandbox import judging
from symposia.evaluators.sandbox.levels import LEVELS
from symposia.evaluators.sandbox.limits import Limits
from symposia.evaluators.sandbox.verdicts import Verdict
from symposia.tests.support.sandbox import ISOLATED, holding, nothing_left, verdict

ALWAYS_EQUAL = "class Always:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
SEEK = """
import ctypes, gc, re, sys
WANTED = re.compile('candi' + "date.. == .(.*?s)'")
def texts():
    frame = sys._getframe()
    while frame:
        yield from list(frame.f_locals.values()) + list(frame.f_globals.values())
        frame = frame.f_back
    for one in gc.get_objects():
        if isinstance(one, dict):
            yield from list(one.values())
        elif isinstance(one, (list, tuple)):
            yield from one
def f():
    for one in texts():
        for two in one.values() if isinstance(one, dict) else [one]:
            found = WANTED.search(str(two)) if isinstance(two, (str, bytes)) else None
            if found:
                return found.group(1)
"""

APART = {
    "what equals everything": ALWAYS_EQUAL + "def f(): return Always()",
    "a list of what equals everything": ALWAYS_EQUAL + "def f(): return [Always()]",
    "a text that equals everything": "class Text(str):\n    __eq__ = lambda *_: True\n    __hash__ = str.__hash__\n"
    "def f(): return Text('x')",
    "mock.ANY": "from unittest.mock import ANY\ndef f(): return ANY",
    "a walk over frames": SEEK,
    "an early exit": "import os\ndef f(): os._exit(0)",
    "an exit": "import sys\ndef f(): sys.exit(0)",
    "an exit at import": "import sys\ndef f(): return 1\nsys.exit(0)",
    "a main guard's exit": "import unittest\ndef f(): return 1\nif __name__ == '__main__':\n    unittest.main()",
    "a skipped test": "import unittest\ndef f(): raise unittest.SkipTest('no')",
    "patched assertions": "import builtins\nbuiltins.AssertionError = Exception\ndef f(): return 1",
    "an atexit handler": "import atexit, os\natexit.register(lambda: os._exit(0))\ndef f(): return 1",
    "a printed verdict": 'def f():\n    print(\'{"verdict": "pass", "message": ""}\', flush=True)\n    return 1',
    "a written verdict": (
        "import os\ndef f():\n    for number in range(3, 300):\n        try:\n"
        '            os.write(number, b\'{"verdict": "pass", "message": ""}\\n\')\n'
        "        except OSError: pass\n    return 1"
    ),
    "verdicts for arguments": "import json\njson.loads = lambda *_: {'verdict': 'pass'}\ndef f(): return 1",
    "broken answers": "import os\ndef f():\n    os.write(4, b'nonsense\\n')\n    return 1",
    "deep answers": "import os\ndef f():\n    os.write(4, b'[' * 10**6 + b'\\n')\n    return 1",
    "a daemon": "import os\ndef f():\n    if os.fork() == 0:\n        while True: pass\n    return 1",
    "a generator": "def f():\n    yield 'the secret of the tests'",
    "a raised equality": ALWAYS_EQUAL + "class Lie(AssertionError, Always): pass\ndef f(): raise Lie",
}

PATCH_RUN = """
import unittest
def run(self, result=None):
    result.startTest(self); result.addSuccess(self); result.stopTest(self)
    return result
unittest.TestCase.run = run
"""

TOGETHER = {
    "what equals everything": ALWAYS_EQUAL + "def f(): return Always()",
    "a list of what equals everything": ALWAYS_EQUAL + "def f(): return [Always()]",
    "a skipped test": "import unittest\ndef f(): raise unittest.SkipTest('no')",
    "a patched TestCase.run": PATCH_RUN + "def f(): return 2",
    "a patched TestCase.__call__": PATCH_RUN.replace("TestCase.run", "TestCase.__call__") + "def f(): return 2",
    "a patched loader": (
        "import unittest\nclass Empty(unittest.TestCase):\n    def test_a(self): pass\n"
        "unittest.TestLoader.loadTestsFromTestCase = lambda *_: unittest.TestSuite([Empty('test_a')])\n"
        "def f(): return 2"
    ),
    "patched assertions": (
        "import unittest\nunittest.TestCase.assertEqual = lambda *_, **__: None\n"
        "unittest.TestCase.fail = lambda *_, **__: None\ndef f(): return 2"
    ),
    "a patched suite": "import unittest\nunittest.TestSuite.run = lambda self, result: result\ndef f(): return 2",
    "an early exit": "import os\ndef f(): os._exit(0)",
    "an exit": "import sys\ndef f(): sys.exit(0)",
    "an exit at import": "import os\nos._exit(0)",
    "a printed report": 'import os\ndef f():\n    os.write(1, b\'{"verdict": "pass"}\')\n    os._exit(0)',
    "a report without the nonce": (
        'import os\ndef f():\n    os.write(5, b\'{"verdict": "pass", "message": "", "nonce": "0"}\')\n    os._exit(0)'
    ),
    "an atexit handler": "import atexit, os\natexit.register(lambda: os._exit(0))\ndef f(): return 2",
    "no tests any more": "def f(): return 2\nimport threading\nclass TestCases: pass",
}

CASES = """
import unittest
class TestCases(unittest.TestCase):
    def test_one(self):
        self.assertEqual(f(), 1)
    def test_two(self):
        self.assertTrue(f() > 0)
"""


@pytest.fixture(params=ISOLATED)
def level(request: pytest.FixtureRequest) -> str:
    return holding(request.param)


def by_cases(level: str, code: str, test: str = CASES, seconds: float = 10.0) -> Verdict:
    limits = Limits(seconds=seconds, memory=2**30)
    return asyncio.run(judging.tried(code, "f", test, LEVELS[level], limits))


@pytest.mark.parametrize("name", APART)
def test_no_forgery_passes_tests_in_another_process(level: str, name: str) -> None:
    with nothing_left(level):
        found = verdict(level, APART[name], "assert candidate() == 'the secret of the tests'")
    assert found.kind not in ("pass", "sandbox_error")


@pytest.mark.parametrize("name", TOGETHER)
def test_no_forgery_passes_tests_in_its_own_process(level: str, name: str) -> None:
    with nothing_left(level):
        found = by_cases(level, TOGETHER[name])
    assert found.kind not in ("pass", "sandbox_error")


@pytest.mark.parametrize(
    "name", ["what equals everything", "a patched TestCase.run", "patched assertions", "a report without the nonce"]
)
def test_changed_rules_are_called_by_their_name(name: str) -> None:
    assert by_cases(holding("landlock"), TOGETHER[name]).kind == "tampered"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("def f(): return 1", "pass"),
        ("def f(): return 2", "assertion"),
        ("def f(): return 1 / 0", "exception"),
        ("def g(): return 1", "missing_entry"),
        ("def f( return 1", "syntax"),
        ("def f():\n    while True: pass", "timeout"),
        ("def f(): return bytearray(2**32)", "memory"),
        ("import no_such_module\ndef f(): return 1", "exception"),
    ],
)
def test_a_verdict_of_cases_says_how_a_program_fails(code: str, kind: str) -> None:
    assert by_cases(holding("landlock"), code, seconds=1.0).kind == kind


def test_cases_may_mock_and_patch_and_have_set_up_and_parts() -> None:
    test = """
import unittest
from unittest.mock import patch
class TestCases(unittest.TestCase):
    def setUp(self): self.right = 3
    @patch('random.randint', return_value=3)
    def test_patched(self, _): self.assertEqual(f(), self.right)
    def test_parts(self):
        for number in range(3):
            with self.subTest(number=number), patch('random.randint', return_value=number):
                self.assertEqual(f(), number)
"""
    assert by_cases(holding("landlock"), "import random\ndef f(): return random.randint(1, 6)", test).kind == "pass"
    assert by_cases(holding("landlock"), "import random\ndef f(): return 3", test).kind == "assertion"
