"""Problems, by the forms of their rows."""

import gzip
import json
from typing import Any

import pytest
from symposia.evaluators.coding.problems import Problem, problem_of, repaired
from symposia.evaluators.coding.syntax import called, free, last_function, parsed
from symposia.evaluators.datasets.row import Row
from symposia.evaluators.task import Dropped
from symposia.tests.support.data import SHARED, needs_shared_data


def problem(**fields: Any) -> Problem:
    found = problem_of(Row("some.jsonl:1", fields))
    assert isinstance(found, Problem)
    return found


def why(**fields: Any) -> str:
    found = problem_of(Row("some.jsonl:1", fields))
    assert isinstance(found, Dropped)
    return found.why


def test_the_last_function_of_a_prompt_is_asked_for_and_the_rest_comes_before() -> None:
    prompt = "import math\n\ndef helper():\n    return 1\n\n@wraps\ndef main(x):\n    '''Says.'''\n"
    found = problem(prompt=prompt, test="def check(candidate):\n    assert candidate(1) == helper()\n")
    assert (found.entry, found.kind) == ("main", "checks")
    assert found.preamble == "import math\n\ndef helper():\n    return 1\n\n"
    assert found.stub == prompt


def test_a_prompt_that_ends_in_a_signature_is_read_too() -> None:
    found = problem(prompt="import os\ndef main(x):", test="def check(candidate):\n    assert candidate(1)\n")
    assert (found.entry, found.preamble) == ("main", "import os\n")


def test_the_function_of_an_example_is_asked_for() -> None:
    question = "Write it.\nYour code should pass this test case: assert set(shared((1,2), (2,))) == {2}"
    found = problem(input=question, test="def check(candidate):\n    assert set(candidate((1,2), (2,))) == {2}\n")
    assert (found.entry, found.preamble, found.stub) == ("shared", "", "")


def test_names_in_a_test_are_modules_or_made_by_the_program_or_unknown() -> None:
    question = "Do it.\nYour code should pass this test case: assert f(1) == 2"
    found = problem(input=question, test="def check(candidate):\n    assert candidate(Pair(1)) == math.floor(2)\n")
    assert (found.owned, found.preamble) == (("Pair",), "import math\n")
    assert why(input=question, test="def check(candidate):\n    assert candidate(root)\n") == (
        "its test uses root, which nothing defines"
    )


@pytest.mark.parametrize("test", ["", " \n", None, "def check(", "# nothing"])
def test_a_test_that_is_none_drops_the_row(test: str | None) -> None:
    assert "empty" in why(input="def f():\n    '''Says.'''", test=test)


def test_a_prompt_that_names_no_function_drops_the_row() -> None:
    assert why(input="Write a function.", test="assert candidate()") == (
        "neither its prompt nor a field entry_point names a function"
    )


def test_a_builtin_that_became_the_candidate_is_put_back() -> None:
    assert repaired("assert candidate(f(5)) == 3", "assert int(f(5)) == 3") == "assert int(f(5)) == 3"
    assert repaired("assert int(candidate(5)) == 3", "assert int(f(5)) == 3") == "assert int(candidate(5)) == 3"


def test_evalplus_has_inputs_and_a_reference() -> None:
    found = problem(
        prompt="import math\ndef f(x):\n    '''Says.'''\n",
        entry_point="f",
        canonical_solution="    return x\n",
        base_input=[[1]],
        plus_input=[[2]],
        atol=1e-6,
    )
    assert (found.kind, found.preamble) == ("plus", "import math\n")
    assert found.tests["canonical"].endswith("return x\n")
    assert (found.tests["base"], found.tests["plus"], found.tests["atol"]) == ([[1]], [[2]], 1e-6)
    assert why(prompt="", entry_point="f", canonical_solution="", base_input=[]) == "it has no inputs"


def test_the_hub_form_of_mbpp_plus_has_its_own_test_and_imports() -> None:
    found = problem(
        prompt="Write it.",
        test_list=["assert f(1) == 2"],
        test_imports=["import math"],
        test="import numpy\nassert f(1) == 2",
        code="",
    )
    assert (found.entry, found.libraries) == ("f", ("numpy",))
    assert "assert f(1) == 2" in found.question


def test_bigcodebench_says_its_libraries_as_a_string() -> None:
    found = problem(
        complete_prompt="import random\ndef task_func():\n    '''Says.'''\n",
        instruct_prompt="Do it.",
        test="import unittest\nimport numpy as np\nclass TestCases(unittest.TestCase):\n    pass\n",
        entry_point="task_func",
        libs="['pandas', 'sklearn.svm']",
    )
    assert (found.kind, found.preamble) == ("cases", "import random\n")
    assert found.libraries == ("numpy", "pandas", "sklearn", "unittest")


def test_names_are_read_from_syntax_alone() -> None:
    assert last_function("x = 1") is None
    assert last_function("def f(") is None
    assert called("assert sum(10, 15) == 6") == "sum"
    assert called("assert x") is None
    tree = parsed(
        "import os.path as p\nfor i in range(3): print(i, unknown, [j for j in p.x])\ntry: f()\nexcept E as e: e"
    )
    assert tree is not None
    assert free(tree) == {"unknown", "f", "E"}


@needs_shared_data
def test_every_published_problem_but_three_can_be_run() -> None:
    found, dropped = 0, []
    for name in ("humaneval.dev", "humaneval.test", "mbpp.dev", "mbpp.test"):
        with gzip.open(SHARED / f"{name}.jsonl.gz", "rt") as file:
            for fields in map(json.loads, file):
                one = problem_of(Row(name, fields))
                found += isinstance(one, Problem)
                dropped += [str(fields["id"])] if isinstance(one, Dropped) else []
    assert (found, sorted(dropped)) == (164 + 974 - 3, ["367", "769", "927"])
