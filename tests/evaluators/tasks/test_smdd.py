"""Molecules to be improved and pharmacophores, and the forgeries that MoCo's grader takes."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from symposia.agents import Answer
from symposia.evaluators.grading import Grade, grader_of
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import smdd
from symposia.tests.support.data import written

needs_rdkit = pytest.mark.skipif(find_spec("rdkit") is None, reason="rdkit is not installed")
REFERENCE = "C[C@H](NC(=O)c1ccccc1)C(=O)N1CCOCC1"
LEAD = {"subtype": "lead_opt", "input": "Improve it.", "reference_smiles": REFERENCE}
SHOWN = {"train_actives": ["OC(=O)c1ccccc1", "OC(=O)CC"], "train_decoys": ["Oc1ccccc1", "OCC"]}
HIDDEN = {
    "hidden_actives": [*SHOWN["train_actives"], "OC(=O)CCC", "OC(=O)C1CCCCC1", "OC(=O)CN", "OC(=O)c1ccncc1"],
    "hidden_decoys": [*SHOWN["train_decoys"], "OCCC", "NCC", "CCOC", "c1ccncc1"],
}
TARGET = {"subtype": "pharmacophore", "target_name": "Find what binds.", **SHOWN, **HIDDEN}
ACIDS = """\
from rdkit import Chem
ACID = Chem.MolFromSmarts("C(=O)[OH]")
def check_pharmacophore(smiles: str) -> bool:
    return Chem.MolFromSmiles(smiles).HasSubstructMatch(ACID)
"""


def item_of(folder: Path, row: dict[str, object], **options: object) -> Item:
    (item,) = smdd.load(split="test", data=written(folder, [row]), **options)  # type: ignore[arg-type]
    return item


async def graded(item: Item, text: str) -> Grade:
    return await grader_of(smdd)(item, Answer(text=text), None)


async def function(folder: Path, code: str, **options: object) -> Grade:
    return await graded(item_of(folder, TARGET, **options), f"```python\n{code}\n```")


async def test_without_rdkit_an_answer_is_unscored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smdd, "LIBRARY", "no_such_library")
    for row in (LEAD, TARGET):
        grade = await graded(item_of(tmp_path, row), "Answer: CCO")
        assert (grade.score, grade.reason) == (None, "missing_library")
        assert grade.why == "smdd: needs rdkit, which is not installed: pip install 'symposia[chemistry]'"


@pytest.mark.parametrize("row", [LEAD, TARGET])
def test_rows_load_and_are_asked_without_rdkit(tmp_path: Path, row: dict[str, object]) -> None:
    item = item_of(tmp_path, row)
    assert item.group == row["subtype"]
    assert "OC(=O)CCC\n" not in item.ask().render()


def test_molecules_that_were_shown_are_not_asked(tmp_path: Path) -> None:
    item = item_of(tmp_path, TARGET)
    assert item.gold == {"actives": HIDDEN["hidden_actives"][2:], "decoys": HIDDEN["hidden_decoys"][2:]}
    assert len(item_of(tmp_path, TARGET, profile="moco_1_1").gold["actives"]) == 6


def test_a_row_with_no_molecule_left_is_dropped_and_named(tmp_path: Path) -> None:
    row = {**TARGET, "hidden_decoys": SHOWN["train_decoys"]}
    items = smdd.load(split="test", data=written(tmp_path, [LEAD, row, {"subtype": "docking"}]))
    assert [one.why for one in items.dropped] == [
        "no molecule is left that was not shown",
        "its subtype is 'docking', and smdd has lead_opt and pharmacophore",
    ]


@needs_rdkit
@pytest.mark.parametrize(
    ("smiles", "strict", "moco"),
    [
        ("C[C@H](NC(=O)c1ccc(F)cc1)C(=O)N1CCOCC1", 1.0, 1.0),
        ("CC(NC(=O)c1ccc(C)cc1)C(=O)N1CCOCC1", 1.0, 1.0),
        (REFERENCE, 0.0, 0.0),
        ("C[C@H](NC(=O)c1ccccc1)C(=O)N1CCO[13CH2]C1", 0.0, 1.0),
        ("CC(NC(=O)c1ccccc1)C(=O)N1CCOCC1", 0.0, 1.0),
        ("C[C@@H](NC(=O)c1ccccc1)C(=O)N1CCOCC1", 0.0, 1.0),
        ("CC(N=C(O)c1ccccc1)C(=O)N1CCOCC1", 0.0, 0.0),
        ("c1ccccc1", 0.0, 0.0),
        ("C[C@H](NC(=O)c1ccccc1)C(=O)N1CCOCC1.O", 0.0, 0.0),
        ("none", 0.0, 0.0),
    ],
)
async def test_a_label_or_a_mark_is_no_change(tmp_path: Path, smiles: str, strict: float, moco: float) -> None:
    assert (await graded(item_of(tmp_path, LEAD), f"Answer: {smiles}")).score == strict
    assert (await graded(item_of(tmp_path, LEAD, profile="moco_1_1"), smiles)).score == moco


@needs_rdkit
@pytest.mark.parametrize(
    ("reply", "strict", "moco"),
    [
        ("CCO", "CCO", "CCO"),
        ("The answer is `CCO`.", "CCO", "CCO"),
        ("First C then\nc1ccccc1\nbecause", "c1ccccc1", "c1ccccc1"),
        ("Answer: c1ccccc1O", "c1ccccc1O", "c1ccccc1O"),
        ("I cannot help.", None, "I"),
        ("", None, None),
        ("The reference is c1ccccc1, so I add a group.\n\n**Answer:** c1ccccc1O", "c1ccccc1O", "c1ccccc1O"),
        ("```\nc1ccccc1O\n```", "c1ccccc1O", "c1ccccc1O"),
        ("SMILES: c1ccccc1O", "c1ccccc1O", "c1ccccc1O"),
        ("OCC is what we had.\nOptimized SMILES: c1ccccc1O\nIt is less polar.", "c1ccccc1O", "c1ccccc1O"),
    ],
)
def test_a_molecule_is_read(tmp_path: Path, reply: str, strict: str | None, moco: str | None) -> None:
    assert smdd.read(item_of(tmp_path, LEAD), reply) == strict
    assert smdd.read(item_of(tmp_path, LEAD, profile="moco_1_1"), reply) == moco


@needs_rdkit
@pytest.mark.parametrize(
    ("code", "score"),
    [
        (ACIDS, 1.0),
        ("def check_pharmacophore(smiles): return True", 0.0),
        ("def check_pharmacophore(smiles): return smiles.startswith('OC(=O)')", 1.0),
        ("def check_pharmacophore(smiles): return int(smiles.startswith('OC(=O)C'))", 0.75),
        ("def check_pharmacophore(smiles): return 'yes'", 0.0),
        ("def check_pharmacophore(smiles): return 1 / 0", 0.0),
        ("def check(smiles): return True", 0.0),
        ("def check_pharmacophore(smiles: return True", 0.0),
        ("def check_pharmacophore(smiles):\n    import os\n    os._exit(0)", 0.0),
        ("def check_pharmacophore(smiles): return smiles in actives", 0.0),
        ("def check_pharmacophore(smiles): return smiles in MOLECULES", 0.0),
        ("import atexit\natexit.register(print, '1.0')\ndef check_pharmacophore(smiles): return True", 0.0),
        ("def check_pharmacophore(smiles): raise AssertionError('0' * 32 + ' 4 4')", 0.0),
        (
            "class Both(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\n"
            "def check_pharmacophore(smiles): return Both(1)",
            0.0,
        ),
    ],
)
async def test_a_function_tells_active_molecules_from_others(tmp_path: Path, code: str, score: float) -> None:
    assert (await function(tmp_path, code)).score == score


@needs_rdkit
async def test_a_constant_function_scores_half_in_moco(tmp_path: Path) -> None:
    grade = await function(tmp_path, "def check_pharmacophore(smiles): return True", profile="moco_1_1")
    assert grade.score == 0.5
    assert (await function(tmp_path, "def check_pharmacophore(smiles): return 1", profile="moco_1_1")).score == 0.0
