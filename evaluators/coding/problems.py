"""Problems, read from rows of the forms in which HumanEval, MBPP, EvalPlus and BigCodeBench are published.

input, test                                        MoCo's HumanEval and MBPP
prompt, test, entry_point                          HumanEval, HumanEval+ on the hub
text or prompt, test_list, code                    MBPP, MBPP+ on the hub (with one string `test` there)
prompt, entry_point, canonical_solution, base_input, plus_input, atol    EvalPlus's own files
complete_prompt, instruct_prompt, test, entry_point, libs                BigCodeBench
"""

import ast
import json
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..datasets.row import Row
from ..task import Dropped
from .mbpp_plus import typed
from .syntax import called, defined, free, imported, last_function, outermost_call, parsed, standard

_MOCO_HUMANEVAL: Final = "Complete the following code\n"
_MOCO_MBPP: Final = "Your code should pass this test case:"


@dataclass(frozen=True)
class Problem:
    """A question, the function asked for, code that comes before it, and its tests.

    `kind` is the form of the tests: `checks` call the function from elsewhere, `plus` compares it with a reference on
    inputs, `cases` are a `unittest` class beside it. `stub` is code that a reply may complete; `owned` are names in the
    tests that the program must define; `libraries` are those that the tests need.

    >>> test = "def check(candidate):\\n    assert candidate(1) == 2"
    >>> row = Row("some.jsonl:1", {"prompt": "def f(x):\\n    'Adds 1.'", "test": test})
    >>> problem_of(row).entry
    'f'
    """

    question: str
    entry: str
    kind: Literal["checks", "plus", "cases"]
    tests: dict[str, Any]
    preamble: str = ""
    stub: str = ""
    owned: tuple[str, ...] = ()
    libraries: tuple[str, ...] = field(default=())


def problem_of(row: Row, prompt: str = "instruct") -> Problem | Dropped:
    """The problem of a row; `prompt` is which of BigCodeBench's is asked. Raises `BadData`."""
    fields = row.fields
    if str(fields.get("language") or "python").lower() not in ("python", "py", "python3"):
        return row.dropped(f"its language is {fields['language']}, and only Python is run")
    if "complete_prompt" in fields:
        return _of_bigcodebench(row, prompt)
    if "base_input" in fields:
        return _of_evalplus(row)
    if "test_list" in fields:
        return _of_mbpp(row)
    return _of_test(row)


def _of_bigcodebench(row: Row, prompt: str) -> Problem | Dropped:
    complete, test = str(row["complete_prompt"]), str(row["test"])
    found = last_function(_with_body(complete))
    libraries = _libraries(row.fields.get("libs")) | _needs(test)
    question = complete if prompt == "complete" else str(row["instruct_prompt"])
    preamble = found[1] if found else ""
    return _checked(row, question, str(row["entry_point"]), "cases", {"test": test}, preamble, complete, libraries)


def _of_evalplus(row: Row) -> Problem | Dropped:
    prompt, entry = str(row["prompt"]), str(row["entry_point"])
    found = last_function(_with_body(prompt))
    given = {"base": row["base_input"], "plus": row.fields.get("plus_input") or []}
    inputs = {name: typed(str(row.fields.get("task_id")), one) for name, one in given.items()}
    canonical = str(row["canonical_solution"])
    tests: dict[str, Any] = {**inputs, "canonical": canonical if f"def {entry}" in canonical else prompt + canonical}
    tests["atol"] = float(row.fields.get("atol") or 0)
    if not inputs["base"]:
        return row.dropped("it has no inputs")
    return _checked(row, prompt, entry, "plus", tests, found[1] if found else "", prompt, set())


def _of_mbpp(row: Row) -> Problem | Dropped:
    asserts = [str(one) for one in row["test_list"]]
    question = str(row.fields.get("text") or row.fields.get("prompt") or "")
    entry = called(asserts[0]) if asserts else None
    if entry is None:
        return row.dropped("no test calls a function")
    setup = "\n".join([str(row.fields.get("test_setup_code") or ""), *map(str, row.fields.get("test_imports") or [])])
    test = str(row.fields.get("test") or "\n".join([setup, *asserts]))
    return _checked(
        row, f"{question}\n{_MOCO_MBPP} {asserts[0]}", entry, "checks", {"test": test}, setup, "", _needs(test)
    )


def _of_test(row: Row) -> Problem | Dropped:
    """A row with one string of tests; its prompt is code to complete, or has an assertion that names the function."""
    question = next((str(row.fields[name]) for name in ("input", "question", "prompt") if row.fields.get(name)), None)
    test = row["test"]
    if question is None:
        return row.dropped("the question is no text")
    if not isinstance(test, str) or not test.strip():
        return row.dropped("the test is empty")
    _, _, example = question.partition(_MOCO_MBPP)
    if example:
        entry, preamble, stub = called(example), "", ""
        test = repaired(test, example)
    else:
        stub = question.removeprefix(_MOCO_HUMANEVAL)
        found = last_function(_with_body(stub))
        entry, preamble = found or (row.fields.get("entry_point"), "")
    entry = row.fields.get("entry_point") or entry
    if not entry:
        return row.dropped("neither its prompt nor a field entry_point names a function")
    return _checked(row, question, str(entry), "checks", {"test": test}, preamble, stub, _needs(test))


def repaired(test: str, example: str) -> str:
    """The test, with Python's own function where `candidate` took its place: one row of MBPP has that.

    >>> repaired("assert candidate(lobb(5, 3)) == 35", "assert int(lobb(5, 3)) == 35")
    'assert int(lobb(5, 3)) == 35'
    """
    tree, shown = parsed(test), parsed(example.strip())
    first = next((node for node in ast.walk(tree) if isinstance(node, ast.Assert)), None) if tree else None
    outermost = outermost_call(shown) if shown else None
    if first is None or shown is None or outermost is None or outermost == called(example):
        return test
    same = ast.unparse(first).replace("candidate(", f"{outermost}(", 1) == ast.unparse(shown)
    return test.replace("candidate(", f"{outermost}(") if same else test


def _checked(  # noqa: PLR0913 - all that a problem has
    row: Row,
    question: str,
    entry: str,
    kind: Literal["checks", "plus", "cases"],
    tests: dict[str, Any],
    preamble: str,
    stub: str,
    libraries: set[str],
) -> Problem | Dropped:
    """The problem, its tests being Python whose names are all known."""
    if kind == "plus":
        return Problem(question, entry, kind, tests, preamble, stub)
    tree, before = parsed(tests["test"]), parsed(preamble)
    if tree is None or before is None or not tree.body:
        return row.dropped("the test is empty or no Python")
    unknown = set() if kind == "cases" else free(tree) - defined(before) - {"candidate", "METADATA", "check", entry}
    modules = standard(unknown)
    owned = _constructed(tree) & (unknown - modules)
    if unknown - modules - owned:
        return row.dropped(f"its test uses {', '.join(sorted(unknown - modules - owned))}, which nothing defines")
    preamble = "".join(f"import {name}\n" for name in sorted(modules)) + preamble
    return Problem(question, entry, kind, tests, preamble, stub, tuple(sorted(owned)), tuple(sorted(libraries)))


def _constructed(tree: ast.Module) -> set[str]:
    """The names that are called, and never used otherwise."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    other = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in calls}
    return {func.id for func in calls if isinstance(func, ast.Name)} - other


def _with_body(prompt: str) -> str:
    """A prompt that ends in a signature, with a body, so that it is Python."""
    return prompt if parsed(prompt) else f"{prompt.rstrip()}\n    pass\n"


def _needs(test: str) -> set[str]:
    tree = parsed(test)
    return imported(tree) if tree else set()


def _libraries(written: object) -> set[str]:
    """BigCodeBench writes its list of libraries as a string: of Python, or of JSON."""
    if isinstance(written, str):
        try:
            written = json.loads(written.replace("'", '"'))
        except ValueError:
            return set()
    return {str(one).partition(".")[0] for one in written} if isinstance(written, list) else set()
