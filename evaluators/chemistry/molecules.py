"""Molecules by rdkit: what is the same one, and which of the usual constraints on drugs one breaks."""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeAlias

Molecule: TypeAlias = Any

LONGEST: Final = 500
"""Characters of a SMILES that are parsed."""

NEAREST: Final = 0.7
"""The least similarity to the reference: Tanimoto of Morgan fingerprints, radius 2, 2,048 bits."""

HARDEST: Final = 4.5
"""The synthetic accessibility that is not reached: 1 is easy, 10 hard."""


@cache
def _rdkit(name: str) -> Any:  # noqa: ANN401
    """A module of rdkit, which is not there everywhere; what it says of SMILES that are none goes nowhere."""
    import_module("rdkit.RDLogger").DisableLog("rdApp.*")
    return import_module(f"rdkit.{name}")


@cache
def _alerts(name: str) -> Any:  # noqa: ANN401
    filters = _rdkit("Chem.FilterCatalog")
    parameters = filters.FilterCatalogParams()
    parameters.AddCatalog(getattr(filters.FilterCatalogParams.FilterCatalogs, name))
    return filters.FilterCatalog(parameters)


LIMITS: Final[Mapping[str, Callable[[Molecule], bool]]] = {
    "radicals": lambda one: _rdkit("Chem.Descriptors").NumRadicalElectrons(one) == 0,
    "one fragment": lambda one: len(_rdkit("Chem").GetMolFrags(one)) == 1,
    "weight": lambda one: _rdkit("Chem.Descriptors").MolWt(one) < 600,
    "logP": lambda one: -1 <= _rdkit("Chem.Descriptors").MolLogP(one) <= 5,
    "polar surface": lambda one: _rdkit("Chem.Descriptors").TPSA(one) < 140,
    "donors": lambda one: _rdkit("Chem.rdMolDescriptors").CalcNumHBD(one) <= 5,
    "acceptors": lambda one: _rdkit("Chem.rdMolDescriptors").CalcNumHBA(one) <= 10,
    "rotatable bonds": lambda one: _rdkit("Chem.rdMolDescriptors").CalcNumRotatableBonds(one) <= 10,
    "charge": lambda one: abs(_rdkit("Chem").GetFormalCharge(one)) <= 2,
    "synthetic accessibility": lambda one: accessibility(one) < HARDEST,
    "PAINS": lambda one: not _alerts("PAINS").HasMatch(one),
    "Brenk": lambda one: not _alerts("BRENK").HasMatch(one),
}
"""What a molecule must be, by the name of the constraint; cheap ones first."""


def molecule(smiles: str) -> Molecule | None:
    """The molecule of a SMILES; None for what is none, is empty, or is too long to be a drug."""
    if not 0 < len(smiles) <= LONGEST or any(one.isspace() for one in smiles):
        return None
    found = _rdkit("Chem").MolFromSmiles(smiles)
    return found if found is not None and found.GetNumAtoms() else None


def plain(one: Molecule) -> Molecule:
    """A molecule without isotope labels and stereo marks, its hydrogens implicit."""
    bare = _rdkit("Chem").Mol(one)
    for atom in bare.GetAtoms():
        atom.SetIsotope(0)
        atom.SetAtomMapNum(0)
    _rdkit("Chem").RemoveStereochemistry(bare)
    return _rdkit("Chem").RemoveHs(_rdkit("Chem").MolFromSmiles(_rdkit("Chem").MolToSmiles(bare)))


def spelled(one: Molecule) -> str:
    """The canonical SMILES of a molecule, labels and marks included."""
    return str(_rdkit("Chem").MolToSmiles(one))


def same(one: Molecule, other: Molecule) -> bool:
    """True if two plain molecules differ in charge or tautomer alone, if at all."""
    return bool(_hash(one) == _hash(other))


def similarity(one: Molecule, other: Molecule) -> float:
    """The Tanimoto similarity of two molecules, from 0 to 1."""
    made = _rdkit("Chem.rdFingerprintGenerator").GetMorganGenerator(radius=2, fpSize=2048)
    return float(_rdkit("DataStructs").TanimotoSimilarity(made.GetFingerprint(one), made.GetFingerprint(other)))


def broken(one: Molecule) -> list[str]:
    """The names of the constraints that a molecule breaks."""
    return [name for name, holds in LIMITS.items() if not holds(one)]


def accessibility(one: Molecule) -> float:
    """The synthetic accessibility of Ertl and Schuffenhauer 2009, from 1, easy, to 10: rdkit's contributed script."""
    return float(_scorer().calculateScore(one))


def _hash(one: Molecule) -> tuple[str, str]:
    """The skeleton of a molecule without charge, by rdkit's hash for tautomers, and its formula."""
    hashes = _rdkit("Chem.rdMolHash")
    neutral = _rdkit("Chem.MolStandardize.rdMolStandardize").Uncharger().uncharge(_rdkit("Chem").Mol(one))
    skeleton = hashes.MolHash(neutral, hashes.HashFunction.HetAtomTautomer).rsplit("_", 2)[0]
    return skeleton, _rdkit("Chem.rdMolDescriptors").CalcMolFormula(neutral)


@cache
def _scorer() -> Any:  # noqa: ANN401
    if find_spec("sascorer") is None:
        sys.path.append(str(Path(_rdkit("RDConfig").RDContribDir) / "SA_Score"))
    return import_module("sascorer")
