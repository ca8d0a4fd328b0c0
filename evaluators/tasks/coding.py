"""Programs: a question answered by a Python function, graded by running its tests in a sandbox.

Rows are those of HumanEval, MBPP, EvalPlus and BigCodeBench, see `evaluators/coding/problems.py`. A program passes only
if the harness has seen each assertion hold: the tests run in another process, and results come to them as data. The
verdict says how it failed, and at which level the sandbox held; a failure of the sandbox itself is unscored.

The profiles `moco_compat` and `moco_1_1` read as the MoCo reference does and score 1 for exit status 0, as it does,
though in our sandbox.
"""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from importlib.util import find_spec
from typing import Any, Final

from ...agents import Answer
from ...agents.errors import BadData, UnknownName
from ..coding import moco
from ..coding.extraction import program_in
from ..coding.problems import Problem, problem_of
from ..datasets.row import Row
from ..datasets.rows import loaded
from ..grading import Grade
from ..parsing.profile import STRICT, check_profile
from ..sandbox import judging
from ..sandbox.inside.values import pack
from ..sandbox.levels import LEVELS, choose
from ..sandbox.limits import Limits
from ..sandbox.verdicts import Verdict
from ..task import Dropped, Item, Items

FORM = "Reply with the whole function, imports included, in one block of ```python code."

SECONDS: Final = {"checks": 10.0, "plus": 60.0, "cases": 120.0}
"""The time of a program, by the form of its tests, where the scenario gives none."""

MEMORY: Final = {"checks": 1024, "plus": 1024, "cases": 4096}
"""Mebibytes of address space, likewise."""

MOCO_MEMORY: Final = 512
PROMPTS: Final = ("instruct", "complete")
_PROCESSES: Final = frozenset({"subprocess", "multiprocessing", "socket", "socketserver"})
"""Libraries that need what only the level `bubblewrap` allows."""


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    prompt: str = "instruct",
    sandbox: str = "auto",
    seconds: float | None = None,
    memory: int | None = None,
    profile: str = STRICT,
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`.

    `sandbox` is auto, bubblewrap, landlock, or local for no isolation at all; `seconds` and `memory` (in MiB) limit
    each program; `prompt` is which of BigCodeBench's is asked, instruct or complete. Raises `NoSandbox` where no level
    holds.
    """
    check_profile(profile, where="coding")
    if prompt not in PROMPTS:
        raise UnknownName("prompt", prompt, PROMPTS, where="coding")
    for name, value in (("seconds", seconds), ("memory", memory)):
        if value is not None and value <= 0:
            raise BadData(f"coding: {name} {value} leaves a program none. Give more than 0.")
    given = {"seconds": seconds, "memory": memory, "profile": profile, "prompt": prompt}
    meta = {**given, "level": choose(sandbox, where="coding").name}
    return loaded(data, split, partial(_item, meta=meta), limit=limit, seed=seed, where="coding", fields=fields)


def read(item: Item, text: str) -> str | None:
    """The program in a reply; None if it holds none that defines the function."""
    if item.meta["profile"] != STRICT:
        return moco.program_in(text, item.meta["profile"])
    return program_in(text, item.meta["entry"], item.meta["stub"])


async def grade(item: Item, answer: Answer) -> Grade:
    """1 if the program passes all tests, else 0; unscored where the sandbox fails or a library is missing."""
    program = read(item, answer.text)
    if program is None:
        return Grade(
            score=0.0, verdict=str(Verdict("no_code", f"no code that defines {item.meta['entry'] or 'anything'}"))
        )
    if why := _cannot_run(item):
        return Grade.unscored(why, reason="missing_library")
    if item.meta["profile"] != STRICT:
        return await _as_published(item, program)
    code = f"{item.meta['preamble']}\n{program}"
    if item.gold["kind"] == "plus":
        return await _compared(item, code)
    return _graded(await _verdict(item, code), item)


async def _verdict(item: Item, code: str, **checks: Any) -> Verdict:  # noqa: ANN401
    level, limits, gold = LEVELS[item.meta["level"]], _limits(item), item.gold
    if gold["kind"] == "cases":
        return await judging.tried(code, item.meta["entry"], gold["test"], level, limits)
    checks = checks or {"test": gold["test"], "remote": gold["owned"]}
    return await judging.tested(code, item.meta["entry"], {"preamble": item.meta["preamble"], **checks}, level, limits)


def _graded(verdict: Verdict, item: Item, parts: Mapping[str, float] | None = None) -> Grade:
    said = f"{verdict} [{LEVELS[item.meta['level']]}]"
    if verdict.kind == "sandbox_error":
        return Grade.unscored(f"the sandbox failed twice: {verdict.message}", reason="sandbox_error", verdict=said)
    return Grade(score=float(verdict.kind == "pass"), parts=parts or {}, verdict=said)


async def _compared(item: Item, code: str) -> Grade:
    """The grade by EvalPlus's inputs; `parts` are those of the base inputs, and of base and plus."""
    tests, parts = item.meta["tests"], {}
    verdict = Verdict("pass")
    for name in ("base", "plus"):
        if verdict.kind == "pass" and tests[name]:
            checks = {"inputs": pack(tests[name]), "canonical": tests["canonical"], "atol": tests["atol"]}
            verdict = await _verdict(item, code, **checks)
        parts[name] = float(verdict.kind == "pass")
    return _graded(verdict, item, parts)


async def _as_published(item: Item, program: str) -> Grade:
    """1 for exit status 0 without the text AssertionError, as the reference scores."""
    script = moco.script(program, item.gold["test"])
    return _graded(await judging.scripted(script, LEVELS[item.meta["level"]], _limits(item)), item)


def _limits(item: Item) -> Limits:
    kind, meta = item.gold["kind"], item.meta
    memory = meta["memory"] or (MEMORY[kind] if meta["profile"] == STRICT else MOCO_MEMORY)
    return Limits().within(seconds=meta["seconds"] or SECONDS[kind], memory=memory * 2**20)


def _cannot_run(item: Item) -> str | None:
    """The reason why tests cannot run here, whatever the program: a library is missing, or forbidden at the level."""
    needed = item.meta["libraries"]
    if missing := [name for name in needed if find_spec(name) is None]:
        return f"its tests need {', '.join(missing)}, not installed here"
    if item.meta["level"] == "landlock" and (refused := sorted(_PROCESSES & set(needed))):
        return f"its tests need {', '.join(refused)}: say sandbox: bubblewrap"
    return None


def _item(row: Row, *, meta: Mapping[str, Any]) -> Item | Dropped:
    if meta["profile"] != STRICT:
        return _item_as_published(row, meta)
    found = problem_of(row, meta["prompt"])
    if isinstance(found, Dropped):
        return found
    own: dict[str, Any] = {name: getattr(found, name) for name in ("entry", "preamble", "stub", "libraries")}
    if found.kind == "plus":
        own["tests"] = found.tests
    return Item(found.question, FORM, _gold(found), None, None, {**meta, **own})


def _item_as_published(row: Row, meta: Mapping[str, Any]) -> Item | Dropped:
    """The item as in the MoCo reference: no row is dropped, an empty test fails."""
    if row.question is None:
        return row.dropped("the question is no text")
    own = {"entry": "", "preamble": "", "stub": "", "libraries": ()}
    return Item(row.question, "", {"kind": "checks", "test": str(row["test"])}, None, None, {**meta, **own})


def _gold(problem: Problem) -> dict[str, Any]:
    """The tests, for the record; of EvalPlus's inputs, which are many, the reference and their hash."""
    if problem.kind != "plus":
        return {"kind": problem.kind, "test": problem.tests["test"], "owned": list(problem.owned)}
    inputs = sha256(repr([problem.tests["base"], problem.tests["plus"]]).encode()).hexdigest()
    return {"kind": "plus", "canonical": problem.tests["canonical"], "inputs": inputs}
