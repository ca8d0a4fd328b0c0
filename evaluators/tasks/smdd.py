"""Small molecules: one to be improved within constraints, or a function that tells active ones from others.

Rows have `subtype`. Those of `lead_opt` have `input` and `reference_smiles`: a reply scores 1 if its molecule keeps the
usual constraints on drugs, is similar to the reference, and differs from it by more than isotope labels, stereo marks,
charge or tautomer. Whether it meets the objectives is **not graded**, nor is it by MoCo: the score is of constraints
alone, and no result of SMDD-Bench. Rows of `pharmacophore` have `target_name`, molecules that are shown
(`train_actives`, `train_decoys`) and others (`hidden_actives`, `hidden_decoys`): a function runs in the sandbox and
sees one molecule at a time; the score is recall + specificity - 1, at least 0, over those that were not shown.

The profiles `moco_compat` and `moco_1_1` grade as MoCo 1.1.2 does (the version before had no such task): any other
spelling of a molecule is another one, and the mean of recall and specificity counts, over all molecules, though in our
sandbox. Needs rdkit, `pip install 'symposia[chemistry]'`; without it answers are unscored.
"""

from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from typing import Any, Final

from ...agents import Answer
from ...agents.errors import BadData
from ..chemistry.pharmacophore import ENTRY, counted, prompt
from ..coding import moco
from ..coding.extraction import program_in
from ..datasets.listed import listed
from ..datasets.row import Row
from ..datasets.rows import loaded
from ..grading import Grade
from ..parsing.profile import MOCO_1_1, STRICT, check_profile
from ..sandbox.levels import LEVELS, choose
from ..sandbox.limits import Limits
from ..sandbox.verdicts import Verdict
from ..task import Dropped, Item, Items

FORM = ""  # the rows of lead_opt say it themselves
FUNCTION_FORM = "Reply with the whole function, imports included, in one block of ```python code."
LIBRARY: Final = "rdkit"
MISSING: Final = "smdd: needs rdkit, which is not installed: pip install 'symposia[chemistry]'"
LISTS: Final = ("train_actives", "train_decoys", "hidden_actives", "hidden_decoys")


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    sandbox: str = "auto",
    seconds: float = 60.0,
    memory: int = 2048,
    profile: str = STRICT,
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`.

    `sandbox`, `seconds` and `memory` (in MiB) are those of functions, as in the task `coding`.
    """
    check_profile(profile, where="smdd")
    if seconds <= 0 or memory <= 0:
        raise BadData(f"smdd: {seconds:g} seconds and {memory} MiB leave a function none. Give more than 0.")
    level = choose(sandbox, where="smdd").name
    meta = {"profile": profile, "level": level, "seconds": seconds, "memory": memory}
    return loaded(data, split, partial(_item, meta=meta), limit=limit, seed=seed, where="smdd", fields=fields)


def read(item: Item, text: str) -> str | None:
    """The SMILES or the program in a reply; None if there is none, or no rdkit to tell a SMILES by."""
    if item.meta["subtype"] == "pharmacophore":
        return program_in(text, ENTRY, "") if _strict(item) else moco.program_in(text, MOCO_1_1)
    if find_spec(LIBRARY) is None:
        return None
    from ..chemistry.reading import moco_smiles_in, smiles_in

    return smiles_in(text) if _strict(item) else moco_smiles_in(text) or None


async def grade(item: Item, answer: Answer) -> Grade:
    """The score of a molecule, 1 or 0, or of a function, from 0 to 1; unscored without rdkit or a working sandbox."""
    if find_spec(LIBRARY) is None:
        return Grade.unscored(MISSING, reason="missing_library")
    found = read(item, answer.text)
    if item.meta["subtype"] == "pharmacophore":
        return await _function(item, found)
    return _lead(item, found)


def _lead(item: Item, smiles: str | None) -> Grade:
    from ..chemistry import molecules

    one, reference = molecules.molecule(smiles or ""), molecules.molecule(item.gold)
    if one is None or reference is None:
        return Grade(score=0.0, parsed=smiles, verdict="no molecule")
    if _strict(item):
        one, reference = molecules.plain(one), molecules.plain(reference)
        changed = not molecules.same(one, reference)
    else:
        changed = molecules.spelled(one) != molecules.spelled(reference)
    near = molecules.similarity(one, reference)
    wrong = [*([] if changed else ["no change"]), *([] if near >= molecules.NEAREST else ["similarity"])]
    wrong += molecules.broken(one)
    parts = {"changed": float(changed), "similarity": near, "constraints kept": float(not molecules.broken(one))}
    return Grade(score=float(not wrong), parsed=smiles, parts=parts, verdict=", ".join(wrong) or "kept")


async def _function(item: Item, code: str | None) -> Grade:
    if code is None:
        return Grade(score=0.0, verdict=str(Verdict("no_code", f"no code that defines {ENTRY}")))
    actives, decoys = item.gold["actives"], item.gold["decoys"]
    limits = Limits().within(seconds=item.meta["seconds"], memory=item.meta["memory"] * 2**20)
    level = LEVELS[item.meta["level"]]
    found = await counted(code, actives, decoys, level, limits, strict=_strict(item))
    if isinstance(found, Verdict):
        said = f"{found} [{level}]"
        if found.kind == "sandbox_error":
            return Grade.unscored(f"the sandbox failed twice: {found.message}", reason="sandbox_error", verdict=said)
        return Grade(score=0.0, parsed=code, verdict=said)
    recall, specificity = found[0] / len(actives), found[1] / len(decoys)
    score = max(0.0, recall + specificity - 1) if _strict(item) else (recall + specificity) / 2
    parts = {"recall": recall, "specificity": specificity}
    return Grade(score=score, parsed=code, parts=parts, verdict=f"counted [{level}]")


def _strict(item: Item) -> bool:
    return bool(item.meta["profile"] == STRICT)


def _item(row: Row, meta: Mapping[str, Any]) -> Item | Dropped:
    subtype = row["subtype"]
    meta = {**meta, "subtype": subtype}
    if subtype == "lead_opt":
        if row.question is None or not row["reference_smiles"]:
            return row.dropped("the question or the reference is no text")
        return Item(row.question, FORM, row["reference_smiles"], row.group or subtype, row.cluster, meta)
    if subtype != "pharmacophore":
        return row.dropped(f"its subtype is {subtype!r}, and smdd has lead_opt and pharmacophore")
    shown_actives, shown_decoys, actives, decoys = (list(map(str, listed(row[name]))) for name in LISTS)
    if meta["profile"] == STRICT:
        shown = {*shown_actives, *shown_decoys} | (set(actives) & set(decoys))
        actives, decoys = ([one for one in several if one not in shown] for several in (actives, decoys))
    if not actives or not decoys:
        return row.dropped("no molecule is left that was not shown")
    question = prompt(str(row["target_name"]), shown_actives, shown_decoys)
    gold = {"actives": actives, "decoys": decoys}
    return Item(question, FUNCTION_FORM, gold, row.group or subtype, row.cluster, meta)
