"""KernelBench: scores, replies that are read, and small modules on the processor."""

from pathlib import Path

import pytest
from symposia.agents import Answer
from symposia.agents.errors import UnknownName
from symposia.evaluators.grading import Grade, grader_of
from symposia.evaluators.kernels.scoring import score
from symposia.evaluators.kernels.trial import Result
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import kernel_bench
from symposia.tests.support.data import written

MODEL = """\
import torch


class Model(torch.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.layer, self.drop = torch.nn.Linear(size, size), torch.nn.Dropout(0.2)

    def forward(self, x):
        return torch.softmax(self.drop(self.layer(x)), dim=1) * 1e-5


def get_inputs():
    return [torch.rand(4, 16)]


def get_init_inputs():
    return [16]
"""
NEW = MODEL.replace("class Model(", "class ModelNew(")
LINE = "torch.softmax(self.drop(self.layer(x)), dim=1) * 1e-5"
ROW = {"input": MODEL, "level": 2}


def item_of(folder: Path, row: dict[str, object] | None = None, **options: object) -> Item:
    options = {"device": "cpu", "sandbox": "local", "seconds": 60, **options}
    (item,) = kernel_bench.load(split="test", data=written(folder, [row or ROW]), **options)  # type: ignore[arg-type]
    return item


async def graded(item: Item, code: str) -> Grade:
    return await grader_of(kernel_bench)(item, Answer(text=f"```python\n{code}\n```"), None)


@pytest.mark.parametrize(
    ("level", "speedup", "expected"),
    [
        (1, 0.5, 0.25),
        (1, 1.0, 0.25),
        (1, 1.01, 0.5006),
        (1, 2, 0.5556),
        (1, 5.5, 0.75),
        (1, 10, 1.0),
        (1, 20, 1.0),
        (2, 2, 0.625),
        (2, 5, 1.0),
        (3, 1.5, 0.75),
        (3, 2, 1.0),
        (1, None, 0.25),
    ],
)
def test_the_score_grows_with_the_speed_to_the_cap_of_the_level(
    level: int, speedup: float | None, expected: float
) -> None:
    assert score(correct=True, speedup=speedup, level=level) == pytest.approx(expected, abs=5e-5)
    assert score(correct=False, speedup=speedup, level=level) == 0.0


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (f"```python\n{NEW}```", True),
        (f"First:\n```cpp\nint x;\n```\nThen:\n```python\n{NEW}```\n```python\nprint(ModelNew)\n```", True),
        (NEW, True),
        ("```python\nprint(1)\n```", False),
        ("I would write a class ModelNew.", False),
        ("", False),
    ],
)
def test_the_first_block_that_defines_the_module_is_read(tmp_path: Path, reply: str, found: bool) -> None:
    assert kernel_bench.read(item_of(tmp_path), reply) == (NEW.strip() if found else None)


def test_the_profile_of_moco_reads_the_first_block_or_all(tmp_path: Path) -> None:
    item = item_of(tmp_path, profile="moco_1_1")
    assert kernel_bench.read(item, "```python\na = 1\n```\n```python\nb = 2\n```") == "a = 1"
    assert kernel_bench.read(item, "a = 1") == "a = 1"


async def test_a_reply_without_code_scores_nothing_anywhere(tmp_path: Path) -> None:
    assert (await graded(item_of(tmp_path, device="cuda:0"), "print(1)")).score == 0.0


async def test_without_a_gpu_a_kernel_is_unscored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(kernel_bench, "find_spec", lambda name: None)
    grade = await graded(item_of(tmp_path, device="cuda:0"), NEW)
    assert (grade.score, grade.reason) == (None, "missing_library")
    assert grade.why == "kernel_bench: needs a CUDA GPU, nvcc, ninja, not here."


async def test_nothing_runs_without_isolation_unless_it_is_allowed(tmp_path: Path) -> None:
    grade = await graded(item_of(tmp_path, sandbox="none"), NEW)
    assert (grade.score, grade.reason) == (None, "sandbox_error")
    with pytest.raises(UnknownName, match="no sandbox named 'bubblewrap'"):
        item_of(tmp_path, sandbox="bubblewrap")


async def test_a_copy_of_the_original_is_right(tmp_path: Path) -> None:
    grade = await graded(item_of(tmp_path), NEW)
    assert grade.score is not None
    assert grade.score >= 0.25
    assert (grade.parts["compiled"], grade.parts["correct"]) == (1.0, 1.0)
    assert 0.01 < grade.parts["speedup"] < 100


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (NEW.replace(LINE, "torch.zeros(4, 16)"), "its outputs are not those of the original"),
        (NEW.replace(LINE, "torch.zeros(4, 15)"), "its outputs are not those of the original"),
        (NEW.replace(LINE, "__import__('os')._exit(0)"), "it ended its own process"),
        ("class ModelNew(:", "SyntaxError: invalid syntax"),
    ],
)
async def test_a_wrong_module_scores_nothing(tmp_path: Path, code: str, verdict: str) -> None:
    grade = await graded(item_of(tmp_path), code)
    assert grade.score == 0.0
    assert str(grade.verdict).startswith(verdict)


async def test_an_output_that_does_not_depend_on_the_input_cannot_be_graded(tmp_path: Path) -> None:
    row = {"input": MODEL.replace(LINE, "x * 0"), "level": 2}
    grade = await graded(item_of(tmp_path, row), NEW.replace(LINE, "x * 0"))
    assert (grade.score, grade.reason) == (None, "missing_gold")


def test_parts_say_what_was_reached() -> None:
    grade = kernel_bench.graded(Result(compiled=True, correct=True, speedup=2.0, against_compiled=0.5), 1)
    assert grade.parts == {"compiled": 1, "correct": 1, "fast_1": 1, "speedup": 2.0, "speedup, compiled": 0.5}
    assert kernel_bench.graded(Result(compiled=False, correct=False, message="no"), 1).score == 0.0


def test_rows_without_a_module_or_a_level_are_dropped_and_named(tmp_path: Path) -> None:
    rows = [ROW, {"input": "x = 1", "level": 1}, {"input": MODEL, "level": 4}]
    items = kernel_bench.load(split="test", data=written(tmp_path, rows))
    assert [one.why for one in items.dropped] == [
        "its input defines no Model",
        "its level is 4, and kernel_bench has 1, 2 and 3",
    ]
    assert items[0].group == "2"
