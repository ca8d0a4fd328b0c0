"""Where trained weights come from: a small JSON file beside them, read when they are trained on."""

import json
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pydantic import Field, ValidationError
from torch import Tensor

from ...agents.durable import replace
from ...agents.errors import ArchitectureMismatch, BadModel
from ...agents.frozen import Frozen
from ...agents.models.hf.address import REPOSITORY, ModelAddress
from ...agents.models.hf.model import Model

FILE: Final = "lineage.json"
SAMPLED: Final = 64
"""The values of each tensor that a fingerprint reads: all of a large model would take minutes."""
LIBRARIES: Final = ("torch", "transformers", "peft", "trl", "symposia")


class Base(Frozen, tag="base_model/1"):
    """The model that was trained, or that an adapter lies on: its folder or repository, and a fingerprint of it.

    >>> Base(path="org/model", revision="v2", fingerprint="51ac").revision
    'v2'
    """

    path: str
    revision: str | None = None
    fingerprint: str

    @property
    def on_hub(self) -> bool:
        """True if the path is a repository on the hub, False for a folder."""
        return REPOSITORY.fullmatch(self.path) is not None


class Lineage(Frozen, tag="lineage/1"):
    """What made a version of a policy: its base, its parent's version and lineage, method, data, settings and seed.

    `template` is a hash of the chat template and the vocabulary, `data` one of all that was trained on.

    >>> Lineage(name="student", version=0, base=Base(path="org/model", fingerprint="51ac"), template="0c2f").method
    ''
    """

    name: str
    version: int = Field(ge=0)
    base: Base
    template: str
    method: str = ""
    data: str = ""
    rows: int = 0
    tokens: int = 0
    settings: dict[str, Any] = Field(default_factory=dict)
    seed: int = 0
    parent: "Lineage | None" = None
    libraries: dict[str, str] = Field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Write it into a folder. Raises `CannotWrite`."""
        replace(folder / FILE, (json.dumps(self.model_dump(mode="json"), indent=2) + "\n").encode())


def read_lineage(folder: Path) -> Lineage | None:
    """The lineage of the weights in a folder; None if others made them. Raises `BadModel` for one that is torn."""
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        return Lineage.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        first = error.errors()[0]["msg"]
        raise BadModel(f"{path}: is not a lineage: {first}. Remove it to train on without one.") from None


def begun(model: Model, called: str, adapter: Path | None) -> Lineage:
    """The lineage of a policy before it is trained: that of its adapter, or of its base if we trained it, or a new one.

    Raises `ArchitectureMismatch` for an adapter of another base.
    """
    base, template = base_of(model), template_of(model)
    if adapter is not None:
        known = read_lineage(adapter)
        check_base(known, base, template, where=str(adapter))
    else:
        known = read_lineage(Path(base.path)) if Path(base.path).is_dir() else None
    version = 0 if known is None else known.version
    return Lineage(name=called, version=version, base=base, template=template, parent=known, libraries=libraries())


def base_of(model: Model) -> Base:
    """The base of adapters on a loaded model: its repository on the hub, else its folder."""
    scheme, _, rest = model.name.partition(":")
    at = ModelAddress.parse(rest) if scheme == "hf" else None
    if at is not None and not at.is_folder:
        return Base(path=at.path, revision=at.revision, fingerprint=fingerprint(model))
    folder = str(model.settings.get("_name_or_path") or model.name)
    return Base(path=str(Path(folder).resolve()) if Path(folder).is_dir() else folder, fingerprint=fingerprint(model))


def fingerprint(model: Model) -> str:
    """16 hexadecimal digits: a hash of the names, the shapes and some values of a model's parameters."""
    digest = sha256()
    for name, value in sorted(model.parameters.items()):
        digest.update(f"{name}{tuple(value.shape)}".encode())
        digest.update(_sampled(value))
    return digest.hexdigest()[:16]


def template_of(model: Model) -> str:
    """16 hexadecimal digits: a hash of a model's chat template and its vocabulary."""
    template = str(model.chat.pretrained.chat_template)
    return sha256(f"{template}\0{model.vocabulary.fingerprint}".encode()).hexdigest()[:16]


def data_hash(rows: Iterable[str]) -> str:
    """16 hexadecimal digits: a hash of the rows that are trained on, in their order."""
    digest = sha256()
    for row in rows:
        digest.update(row.encode())
        digest.update(b"\n")
    return digest.hexdigest()[:16]


def libraries() -> dict[str, str]:
    """The versions of the libraries that train."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def check_base(known: Lineage | None, base: Base, template: str, *, where: str) -> None:
    """Raise `ArchitectureMismatch` for weights that were trained from another base, or with another template."""
    if known is None:
        return
    if known.base.fingerprint != base.fingerprint:
        raise ArchitectureMismatch(
            f"{where}: was trained from {known.base.path} ({known.base.fingerprint}), and this is {base.path} "
            f"({base.fingerprint}). Use the base it was trained on."
        )
    if known.template != template:
        raise ArchitectureMismatch(
            f"{where}: was trained with another chat template or vocabulary ({known.template}, here {template}). "
            "Load the model with the same tokenizer files."
        )


def _sampled(value: Tensor) -> bytes:
    flat = value.detach().flatten()
    step = max(1, flat.numel() // SAMPLED)
    return bytes(flat[::step][:SAMPLED].float().cpu().numpy().tobytes())
