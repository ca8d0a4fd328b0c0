"""One row of a data file, with the fields that all tasks share: question, images, history, group and cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ...agents.errors import BadData
from ...agents.parts import Image
from ...agents.turn import Turn
from ..task import Dropped
from .histories import history_of
from .images import images_of

GROUPS: Final = ("group", "domain", "country", "skill")
CLUSTERS: Final = ("cluster", "question_id")


@dataclass(frozen=True)
class Row:
    """One row of a data file, and its location: `file:line`; `folder` is that of the file.

    `left_out` is the reason for which the registry leaves the row out.

    >>> Row("gsm8k.test.jsonl:1", {"input": "2 + 2?", "output": "4"})["output"]
    '4'
    """

    where: str
    fields: Mapping[str, Any]
    folder: Path | None = None
    left_out: str | None = None

    @property
    def images(self) -> tuple[Image, ...]:
        """The images that are shown with its question. Raises `BadData`."""
        return images_of(self.fields, self.where, self.folder)

    @property
    def history(self) -> tuple[Turn, ...]:
        """The conversation that its question goes on from. Raises `BadData`."""
        return history_of(self.fields, self.where)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        """The value of a field. Raises `BadData` if the row has none of that name."""
        if name not in self.fields:
            raise BadData(f"{self.where}: no field {name!r}. This row has {', '.join(self.fields) or 'no fields'}.")
        return self.fields[name]

    @property
    def question(self) -> str | None:
        """The text of the field `question`, below that of `input` where it has both; None unless they are text.

        Raises `BadData` if it has neither.
        """
        names = [name for name in ("input", "question") if name in self.fields]
        parts = [self[name] for name in names or ["question"]]
        usable = all(isinstance(part, str | int | float) and str(part).strip() for part in parts)
        return "\n\n".join(str(part).rstrip() for part in parts) if usable else None

    @property
    def group(self) -> str | None:
        """The slice of the report that it belongs to: the first field of those in `GROUPS` that it has."""
        return next((str(self.fields[name]) for name in GROUPS if self.fields.get(name)), None)

    @property
    def cluster(self) -> str | None:
        """The field `cluster`, else `question_id`: rows of one depend on each other."""
        found = next((self.fields[name] for name in CLUSTERS if self.fields.get(name) is not None), None)
        return None if found is None else str(found)

    def renamed(self, names: Mapping[str, str]) -> "Row":
        """The row with fields of the data under our names, by ours, nested ones with dots: `{prompt: prompt.text}`.

        Raises `BadData` for one that it lacks.
        """
        return replace(self, fields={**self.fields, **{ours: self._nested(theirs) for ours, theirs in names.items()}})

    def _nested(self, path: str) -> Any:  # noqa: ANN401
        if path in self.fields or "." not in path:
            return self[path]
        value: Any = self[path.partition(".")[0]]
        for name in path.split(".")[1:]:
            if not isinstance(value, Mapping) or name not in value:
                raise BadData(f"{self.where}: no field {path!r}: there is no {name!r} in it.")
            value = value[name]
        return value

    def dropped(self, why: str) -> Dropped:
        """The record of this row as dropped, with the reason."""
        own = self.fields.get("id")
        return Dropped(where=self.where, id=None if own is None else str(own), why=why)
