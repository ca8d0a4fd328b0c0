"""The program in a reply."""

import pytest
from symposia.evaluators.coding import moco
from symposia.evaluators.coding.extraction import program_in

ADD = "def add(x, y):\n    return x + y\n"
LONGER = "def add(x, y):\n    total = x + y\n    return total\n"
STUB = 'import math\n\n\ndef add(x, y):\n    """Add."""\n'


def fenced(*codes: str, tag: str = "python") -> str:
    return "\nSome words.\n".join(f"```{tag}\n{code}```" for code in codes)


@pytest.mark.parametrize("tag", ["python", "py", "Python", "", "python3"])
def test_a_block_of_any_tag_counts(tag: str) -> None:
    assert program_in(fenced(ADD, tag=tag), "add") == ADD


def test_the_longest_block_that_defines_the_function_counts() -> None:
    assert program_in(fenced(ADD, LONGER), "add") == LONGER
    assert program_in(fenced(LONGER, ADD), "add") == LONGER
    assert program_in(fenced(ADD, "print(add(1, 2))\nprint('a long example that is no answer')\n"), "add") == ADD


def test_a_block_that_is_no_python_does_not_count() -> None:
    assert program_in(fenced(ADD, LONGER + "    return (total\n"), "add") == ADD


def test_what_the_block_uses_of_others_comes_first_and_their_examples_do_not() -> None:
    helper = "import math\n\ndef whole(x):\n    return math.floor(x)\n\nprint(whole(3.2))\n"
    main = "def add(x, y):\n    return whole(x) + whole(y)\n"
    found = program_in(fenced(helper, main), "add")
    assert found == "import math\ndef whole(x):\n    return math.floor(x)\n" + main


def test_a_block_that_nobody_closed_counts() -> None:
    assert program_in("Here:\n```python\n" + ADD, "add") == ADD


def test_a_block_in_a_list_is_moved_to_the_margin() -> None:
    reply = "1. Here:\n   ```python\n   def add(x, y):\n       return x + y\n   ```\n"
    assert program_in(reply, "add") == ADD


def test_a_reply_that_is_a_program_is_one() -> None:
    assert program_in(ADD, "add") == ADD


def test_a_program_among_sentences_is_found() -> None:
    reply = f"Sure, I can help.\n\nfrom math import floor\n\n{ADD}\nThis adds two numbers.\nfor example it's 3."
    found = program_in(reply, "add")
    assert found is not None
    assert found.startswith("from math import floor")
    assert "return x + y" in found
    assert "adds two" not in found


def test_a_body_completes_the_prompt() -> None:
    found = program_in("    return x + y\n\nThat is it.", "add", STUB)
    assert found == STUB + "    return x + y\n\n"
    assert program_in("```python\n    return x + y\n```", "add", STUB) == STUB + "    return x + y\n"
    assert program_in("    return x + y", "add") is None


def test_a_method_or_a_lambda_is_a_function() -> None:
    solution = "class Solution:\n    def add(self, x, y):\n        return x + y\n"
    assert program_in(fenced(solution), "add") == solution
    assert program_in(fenced("add = lambda x, y: x + y\n"), "add") == "add = lambda x, y: x + y\n"


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "I cannot do that.",
        "```\n```",
        fenced("def plus(x, y):\n    return x + y\n"),
        fenced("# def add(x, y): ...\n"),
        "(" * 100_000,
        "def add(" + "(" * 5000,
        "```python\n" + "-" * 100_000 + "1\n```",
        "x = 1\n" * 5000,
    ],
)
def test_a_reply_without_the_function_has_no_program(reply: str) -> None:
    assert program_in(reply, "add") is None


def test_the_reference_takes_the_last_block_its_successor_the_first() -> None:
    reply = fenced(ADD, "print(1)\n")
    assert moco.program_in(reply, "moco_compat") == "print(1)"
    assert moco.program_in(reply, "moco_1_1") == ADD.strip()


def test_the_reference_keeps_a_tag_that_it_does_not_know_and_takes_a_whole_reply() -> None:
    assert moco.program_in("```py\nx = 1\n```", "moco_compat") == "py\nx = 1"
    assert moco.program_in(" x = 1 ", "moco_compat") == "x = 1"
    assert moco.program_in(" ", "moco_compat") is None


def test_the_reference_tests_the_first_function() -> None:
    assert moco.script("def a(): pass\ndef b(): pass", "T") == (
        "def a(): pass\ndef b(): pass\n\ncandidate = a\nT\n\ncheck(candidate)\n"
    )
    assert "candidate =" not in moco.script("x = lambda: 1", "T")
