"""Programs of replies: what is read, how they are graded, and what the reference would have said."""

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from symposia import run
from symposia.agents import Answer
from symposia.agents.errors import BadData, UnknownName
from symposia.evaluators.grading import Grade, grader_of, needs_judges
from symposia.evaluators.task import Item, Items
from symposia.evaluators.tasks import coding
from symposia.tests.support.command import inside
from symposia.tests.support.data import SHARED, needs_shared_data, written
from symposia.tests.support.programs import HUMANEVAL, MBPP
from symposia.tests.support.sandbox import ISOLATED, holding

ADD = {
    "id": "HumanEval/53",
    "input": 'Complete the following code\n\n\ndef add(x: int, y: int):\n    """Add two numbers x and y"""\n',
    "test": "def check(candidate):\n    assert candidate(0, 1) == 1\n    assert candidate(2, 3) == 5\n",
    "language": "python",
}
PALINDROME = {
    "id": "HumanEval/10",
    "input": (
        "Complete the following code\n\n\n"
        "def is_palindrome(string: str) -> bool:\n    return string == string[::-1]\n\n\n"
        'def make_palindrome(string: str) -> str:\n    """ The shortest palindrome that begins with it. """\n'
    ),
    "test": "def check(candidate):\n    assert candidate('cat') == 'catac'\n    assert candidate('') == ''\n",
    "language": "python",
}
CLOSE = {
    "id": "HumanEval/0",
    "input": (
        "Complete the following code\nfrom typing import List\n\n\n"
        "def has_close_elements(numbers: List[float], threshold: float) -> bool:\n"
        '    """ Check if two numbers are closer to each other than the threshold. """\n'
    ),
    "test": "def check(candidate):\n    assert candidate([1.0, 2.0, 5.9], 0.95) == False\n"
    "    assert candidate([1.0, 2.0, 3.9, 4.0], 0.3) == True\n",
    "language": "python",
}


def block(code: str, tag: str = "python") -> str:
    return f"```{tag}\n{code}\n```\n"


WRONG, RIGHT = "def add(x, y):\n    return 7\n", "def add(x, y):\n    return x + y\n"

TABLE: list[tuple[str, dict[str, Any], str, float, float]] = [
    ("sys.exit(0) after a wrong function", ADD, block(WRONG + "import sys\nsys.exit(0)"), 1, 0),
    (
        "a wrong function and unittest.main()",
        ADD,
        block(WRONG + "import unittest\nif __name__ == '__main__':\n    unittest.main()"),
        1,
        0,
    ),
    ("os._exit(0) in a wrong function", ADD, block("import os\ndef add(x, y):\n    os._exit(0)"), 1, 0),
    (
        "a helper first",
        ADD,
        block("def both(x, y):\n    return [x, y]\n\ndef add(x, y):\n    return sum(both(x, y))"),
        0,
        1,
    ),
    (
        "a method of Solution",
        ADD,
        block("class Solution:\n    def add(self, x, y):\n        return x + y"),
        0,
        1,
    ),
    ("a lambda", ADD, block("add = lambda x, y: x + y"), 0, 1),
    (
        "a demo that reads input",
        ADD,
        block(RIGHT + "if __name__ == '__main__':\n    print(add(int(input()), 1))"),
        0,
        1,
    ),
    ("a docstring with another def", ADD, block('"""\ndef foo(x):\n"""\n' + RIGHT), 0, 1),
    ("the prompt's helper repeated", PALINDROME, block(HUMANEVAL["HumanEval/10"]), 0, 1),
    ("the prompt's import not repeated", CLOSE, block(HUMANEVAL["HumanEval/0"]), 0, 1),
    ("an example after the answer", ADD, block(RIGHT) + "For example:\n" + block("print(add(1, 2))"), 0, 1),
    ("a wrong function", ADD, block(WRONG), 0, 0),
    ("a right function", ADD, block(RIGHT), 1, 1),
]


def items(folder: Path, *rows: dict[str, Any], level: str = "landlock", **options: Any) -> Items:
    return coding.load(split="test", data=written(folder, rows), sandbox=holding(level), **options)


def graded(item: Item, reply: str) -> Grade:
    return asyncio.run(coding.grade(item, Answer(text=reply)))


@pytest.mark.parametrize("line", TABLE, ids=[line[0] for line in TABLE])
def test_the_table_of_what_programs_should_score(
    line: tuple[str, dict[str, Any], str, float, float], tmp_path: Path
) -> None:
    _, row, reply, reference, right = line
    [strict] = items(tmp_path, row, seconds=3)
    assert graded(strict, reply).score == right
    [compatible] = items(tmp_path, row, profile="moco_compat", seconds=3)
    assert graded(compatible, reply).score == reference


def test_the_newer_reference_takes_the_first_block(tmp_path: Path) -> None:
    reply = block(WRONG) + block(RIGHT)
    [older] = items(tmp_path, ADD, profile="moco_compat")
    [newer] = items(tmp_path, ADD, profile="moco_1_1")
    assert (graded(older, reply).score, graded(newer, reply).score) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (block(RIGHT), "pass"),
        (block(WRONG), "assertion"),
        (block("def add(x, y):\n    return x + '1'"), "exception"),
        (block("def add(x, y):\n    while True: pass"), "timeout"),
        (block("def add(x, y):\n    return bytearray(2**31)"), "memory"),
        (block("def add(x, y):\n    print('x' * 2**21)"), "output"),
        ("I cannot.", "no_code"),
        (block("def plus(x, y):\n    return x + y"), "no_code"),
        (block("add = None"), "missing_entry"),
        (block("def add(x, y):\n    return (x + y"), "no_code"),
        (block("def add(x, y):\n    return x + y\nreturn 1"), "syntax"),
    ],
)
def test_the_verdict_says_how_a_program_fails_and_how_strong_the_sandbox_is(
    reply: str, verdict: str, tmp_path: Path
) -> None:
    [item] = items(tmp_path, ADD, seconds=1)
    grade = graded(item, reply)
    assert grade.score == float(verdict == "pass")
    assert (grade.verdict or "").startswith(verdict)
    if verdict != "no_code":
        assert (grade.verdict or "").endswith("[landlock: landlock + seccomp, no own pid or mount view]")


def test_a_sandbox_that_fails_leaves_a_program_unscored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [item] = items(tmp_path, ADD)
    calls = []

    class Broken:
        async def run_soon(self, job: object, limits: object) -> dict[str, str]:
            calls.append(job)
            return {"error": "no memory for a supervisor"}

    monkeypatch.setattr("symposia.evaluators.sandbox.judging.pool", lambda level: Broken())
    [compatible] = items(tmp_path, ADD, profile="moco_compat")
    for one in (item, compatible):
        grade = graded(one, block(RIGHT))
        assert (grade.score, grade.reason) == (None, "sandbox_error")
        assert grade.why == "the sandbox failed twice: no memory for a supervisor"
    assert len(calls) == 4


def test_a_grade_asks_no_judge_and_many_run_at_once(tmp_path: Path) -> None:
    [item] = items(tmp_path, ADD)
    assert not needs_judges(coding)
    grade = grader_of(coding)

    async def all_of_them() -> list[Grade]:
        replies = [block(RIGHT), block(WRONG)] * 10
        return await asyncio.gather(*(grade(item, Answer(text=reply), None) for reply in replies))

    assert [one.score for one in asyncio.run(all_of_them())] == [1.0, 0.0] * 10


@needs_shared_data
@pytest.mark.parametrize("level", ISOLATED)
def test_right_programs_of_published_problems_pass(level: str) -> None:
    holding(level)

    async def scores() -> dict[str, str | None]:
        found = {}
        for name, programs in (("humaneval", HUMANEVAL), ("mbpp", MBPP)):
            for split in ("dev", "test"):
                loaded = coding.load(split=split, data=str(SHARED / name), sandbox=level)
                ids = {item.question: key for key, item in by_id(name, split, loaded) if key in programs}
                grades = [(key, item) for item in loaded if (key := ids.get(item.question))]
                answers = [coding.grade(item, Answer(text=block(programs[key]))) for key, item in grades]
                done = await asyncio.gather(*answers)
                found |= {key: one.verdict for (key, _), one in zip(grades, done, strict=True)}
        return found

    verdicts = asyncio.run(scores())
    assert set(verdicts) == {*HUMANEVAL, *MBPP}
    assert {key: one for key, one in verdicts.items() if not (one or "").startswith("pass")} == {}


def by_id(name: str, split: str, loaded: Items) -> list[tuple[str, Item]]:
    """The items by the ids of their rows."""
    with gzip.open(SHARED / f"{name}.{split}.jsonl.gz", "rt") as file:
        rows = {row["input"]: str(row["id"]) for row in map(json.loads, file)}
    return [(rows[item.question], item) for item in loaded]


@needs_shared_data
def test_rows_without_a_usable_test_are_dropped() -> None:
    holding("landlock")
    loaded = coding.load(split="test", data=str(SHARED / "mbpp"), sandbox="landlock")
    assert {one.id: one.why for one in loaded.dropped} == {
        "769": "the test is empty",
        "927": "the test is empty",
        "367": "its test uses root, root1, root2, which nothing defines",
    }
    assert len(loaded) == 484
    whole = coding.load(split="test", data=str(SHARED / "mbpp"), sandbox="landlock", profile="moco_compat")
    assert len(whole) == 487


def test_a_problem_in_another_language_is_dropped(tmp_path: Path) -> None:
    loaded = items(tmp_path, ADD, {**ADD, "input": "In C", "language": "c"})
    assert [one.why for one in loaded.dropped] == ["its language is c, and only Python is run"]


EVALPLUS = {
    "task_id": "HumanEval/2",
    "prompt": 'def half(number: float) -> float:\n    """Half of it."""\n',
    "canonical_solution": "    return number / 2\n",
    "entry_point": "half",
    "base_input": [[2], [3.0]],
    "plus_input": [[1e9], [0.1], [-1]],
    "atol": 0,
}


@pytest.mark.parametrize(
    ("body", "parts", "verdict"),
    [
        ("return number * 0.5", {"base": 1.0, "plus": 1.0}, "pass"),
        ("return number * 0.5 + 1e-7", {"base": 1.0, "plus": 1.0}, "pass"),
        ("return abs(number) / 2", {"base": 1.0, "plus": 0.0}, "assertion: AssertionError: another result for input 2"),
        ("return number", {"base": 0.0, "plus": 0.0}, "assertion: AssertionError: another result for input 0"),
        ("return str(number / 2)", {"base": 0.0, "plus": 0.0}, "assertion"),
    ],
)
def test_base_and_plus_inputs_are_compared_with_the_reference(
    body: str, parts: dict[str, float], verdict: str, tmp_path: Path
) -> None:
    [item] = items(tmp_path, EVALPLUS)
    grade = graded(item, block(f"def half(number):\n    {body}"))
    assert (grade.score, grade.parts) == (parts["plus"], parts)
    assert (grade.verdict or "").startswith(verdict)


BIGCODEBENCH = {
    "task_id": "BigCodeBench/0",
    "complete_prompt": 'import random\n\ndef task_func(faces=6):\n    """A throw."""\n',
    "instruct_prompt": "Throw a die.",
    "code_prompt": "import random\ndef task_func(faces=6):\n",
    "test": (
        "import unittest\nfrom unittest.mock import patch\nclass TestCases(unittest.TestCase):\n"
        "    @patch('random.randint', return_value=4)\n    def test_throw(self, _):\n"
        "        self.assertEqual(task_func(), 4)\n"
    ),
    "entry_point": "task_func",
    "libs": "['random']",
}
THROW = block("def task_func(faces=6):\n    return random.randint(1, faces)")


@pytest.mark.parametrize("level", ISOLATED)
def test_a_unittest_class_runs_beside_the_program(level: str, tmp_path: Path) -> None:
    [item] = items(tmp_path, BIGCODEBENCH, level=level)
    assert item.question == "Throw a die."
    assert graded(item, THROW).score == 1.0
    assert graded(item, block("import unittest\ndef task_func():\n    raise unittest.SkipTest")).score == 0.0


def test_a_prompt_to_complete_may_be_asked_instead(tmp_path: Path) -> None:
    [item] = items(tmp_path, BIGCODEBENCH, prompt="complete")
    assert item.question == BIGCODEBENCH["complete_prompt"]
    assert graded(item, "    return random.randint(1, faces)\n").score == 1.0


def test_a_missing_library_leaves_it_unscored_whatever_the_program(tmp_path: Path) -> None:
    [item] = items(tmp_path, {**BIGCODEBENCH, "libs": "['random', 'no_such_library']"})
    for reply in (THROW, block("def task_func():\n    return 4")):
        grade = graded(item, reply)
        assert (grade.score, grade.reason) == (None, "missing_library")
        assert grade.why == "its tests need no_such_library, not installed here"


def test_tests_that_need_processes_are_unscored_where_there_are_none(tmp_path: Path) -> None:
    [item] = items(tmp_path, {**BIGCODEBENCH, "libs": "['subprocess']"})
    grade = graded(item, THROW)
    assert (grade.reason, grade.why) == ("missing_library", "its tests need subprocess: say sandbox: bubblewrap")


def test_rows_of_the_original_mbpp_are_read_too(tmp_path: Path) -> None:
    row = {
        "task_id": 2,
        "text": "Write a function to find the shared elements.",
        "code": "",
        "test_list": ["assert set(shared((3, 4), (5, 4))) == set((4, 5)) - {5}"],
        "test_setup_code": "",
    }
    [item] = items(tmp_path, row)
    assert item.meta["entry"] == "shared"
    assert graded(item, block("def shared(a, b):\n    return tuple(set(a) & set(b))")).score == 1.0


def test_options_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'landlock'"):
        coding.load(split="test", data=written(tmp_path, [ADD]), sandbox="landlok")
    with pytest.raises(UnknownName, match="coding: no prompt named 'short'"):
        coding.load(split="test", data=written(tmp_path, [ADD]), prompt="short")
    with pytest.raises(BadData, match=r"coding: seconds -1 leaves a program none\. Give more than 0\."):
        coding.load(split="test", data=written(tmp_path, [ADD]), seconds=-1)


def test_a_run_of_programs_is_replayed_byte_for_byte(tmp_path: Path) -> None:
    holding("landlock")
    replies = [block(RIGHT), block(HUMANEVAL["HumanEval/10"].replace("[::-1]", "[::-1] + x"))]
    (tmp_path / "coder.jsonl").write_text("".join(json.dumps(reply) + "\n" for reply in replies))
    written(tmp_path, [ADD, PALINDROME], "sums.test.jsonl")
    scenario = {
        "protocol": {"use": "text/majority_vote"},
        "team": [{"name": "coder", "model": f"scripted:{tmp_path / 'coder.jsonl'}"}],
        "task": {"use": "coding", "data": str(tmp_path / "sums"), "options": {"sandbox": "landlock"}},
        "baselines": False,
        "concurrency": 1,
    }
    finished = run(scenario, out=tmp_path / "run")
    assert [sample.score for sample in finished.samples] == [1.0, 0.0]
    assert [(sample.verdict or "").partition(" [")[0] for sample in finished.samples] == [
        "pass",
        "exception: NameError: name 'x' is not defined",
    ]
    replayed = inside("replay", "run", folder=tmp_path)
    assert (replayed.code, replayed.err) == (0, "")
    assert "2 samples are the same byte for byte" in replayed.out


COMPARING = (
    "import numpy as np\n\n"
    "def assertion(out, exp, atol):\n"
    "    exact = out == exp\n"
    "    if not exact and atol:\n"
    "        assert np.allclose(out, exp, rtol=1e-07, atol=atol)\n"
    "    else:\n"
    "        assert exact\n\n"
)


@pytest.mark.parametrize(("body", "score"), [("number / 2", 1.0), ("number // 2", 0.0)])
def test_the_hub_forms_of_evalplus_have_one_string_of_tests(body: str, score: float, tmp_path: Path) -> None:
    humaneval = {
        "task_id": "HumanEval/2",
        "prompt": EVALPLUS["prompt"],
        "canonical_solution": EVALPLUS["canonical_solution"],
        "entry_point": "half",
        "test": COMPARING + "def check(candidate):\n    for inp, exp in zip([[3], [0.1]], [1.5, 0.05]):\n"
        "        assertion(candidate(*inp), exp, 1e-6)\n",
    }
    mbpp = {
        "task_id": 2,
        "code": "def half(number):\n    return number / 2\n",
        "prompt": "Write a function to halve.",
        "test_imports": [],
        "test_list": ["assert half(3) == 1.5"],
        "test": COMPARING + "for inp, exp in zip([[3], [0.1]], [1.5, 0.05]):\n    assertion(half(*inp), exp, 0)\n",
    }
    for row in (humaneval, mbpp):
        [item] = items(tmp_path, row)
        assert graded(item, block(f"def half(number):\n    return {body}")).score == score


def test_inputs_of_mbpp_plus_arrive_as_tuples(tmp_path: Path) -> None:
    row = {
        "task_id": "Mbpp/2",
        "prompt": "Write a function to find the shared elements.",
        "entry_point": "similar_elements",
        "canonical_solution": "\ndef similar_elements(a, b):\n    return tuple(set(a) & set(b))\n",
        "base_input": [[[3, 4], [5, 4]]],
        "plus_input": [[[1, 2], [2, 1]]],
        "atol": 0,
    }
    [item] = items(tmp_path, row)
    program = "def similar_elements(a, b):\n    assert type(a) is type(b) is tuple\n    return sorted(set(a) & set(b))"
    assert graded(item, block(program)).parts == {"base": 1.0, "plus": 1.0}
