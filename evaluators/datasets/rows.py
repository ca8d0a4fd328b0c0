"""The rows of a split, and the items built from them.

A source has one of these forms:

    gsm8k.test.jsonl, gsm8k.test.jsonl.gz    one split, the one in its name
    questions.jsonl, .csv, .tsv, .parquet    no split in the name: this is the test split
    gsm8k                                    gsm8k.{split}.jsonl.gz, gsm8k.{split}.jsonl or gsm8k.json
    gsm8k.json                               one object with a list of rows for each split, or one list: test
    hub:OWNER/NAME[:CONFIG][@REVISION]       a data set of the Hugging Face hub
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from ...agents.errors import BadData
from ...agents.parts import Image
from ...agents.turn import Turn
from ..task import Dropped, Item, Items
from . import files as data_files
from . import hub as data_hub
from .histories import history_of
from .images import images_of


@dataclass(frozen=True)
class Row:
    """One row of a data file, and its location: `file:line`; `folder` is that of the file.

    >>> Row("gsm8k.test.jsonl:1", {"input": "2 + 2?", "output": "4"})["output"]
    '4'
    """

    where: str
    fields: Mapping[str, Any]
    folder: Path | None = None

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

    def renamed(self, names: Mapping[str, str]) -> "Row":
        """The row with fields of the data under our names, by ours. Raises `BadData` for one that it lacks."""
        return replace(self, fields={**self.fields, **{ours: self[theirs] for ours, theirs in names.items()}})

    def dropped(self, why: str) -> Dropped:
        """The record of this row as dropped, with the reason."""
        own = self.fields.get("id")
        return Dropped(where=self.where, id=None if own is None else str(own), why=why)


def rows(source: str, split: str) -> list[Row]:
    """All rows of one split, in file order. Raises `BadData` and `UnknownName`."""
    found = data_hub.rows(source, split) if source.startswith("hub:") else data_files.rows(source, split)
    if not found:
        raise BadData(f"{source}: the split {split!r} is empty. It needs at least one row.")
    folder = None if source.startswith("hub:") else Path(source).parent
    return [Row(where, fields, folder) for where, fields in found]


def items(found: Iterable[Row], build: Callable[[Row], Item | Dropped]) -> Items:
    """The items that `build` makes of rows; duplicates, by question and gold, are dropped.

    Raises `BadData` for none.
    """
    kept: dict[str, Item] = {}
    first: dict[str, str] = {}
    dropped: list[Dropped] = []
    for row in found:
        built = build(row)
        if isinstance(built, Dropped):
            dropped.append(built)
        elif not is_text(built):
            dropped.append(row.dropped("it holds half a character, which is no text"))
        elif built.id in kept:
            dropped.append(row.dropped(f"same question and gold as {first[built.id]}"))
        else:
            kept[built.id], first[built.id] = built, row.where
    if not kept:
        raise BadData(
            f"{dropped[0].where}: {dropped[0].why}, and no row is left. The split needs at least one usable row."
        )
    return Items(kept.values(), dropped)


def is_text(item: Item) -> bool:
    """True if all of an item can be encoded: JSON can hold halves of characters (lone surrogates), UTF-8 cannot."""
    try:
        json.dumps([item.question, item.gold, item.group, dict(item.meta)], ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def loaded(  # noqa: PLR0913 - the options that every task of rows has
    source: str | None,
    split: str,
    build: Callable[[Row], Item | Dropped],
    *,
    limit: int | None,
    seed: int,
    where: str,
    fields: Mapping[str, str] | None = None,
) -> Items:
    """The items that `build` makes of the rows of a source, at most `limit`, sampled by `seed`.

    `where` is the task that needs the source; `fields` are names of the data's fields by ours. Raises `BadData` and
    `UnknownName`.
    """
    check_limit(limit)
    if source is None:
        raise BadData(f"{where}: no data. Name a file or a hub data set, such as data: gsm8k.test.jsonl.")
    return limited(items((row.renamed(fields or {}) for row in rows(source, split)), build), limit, seed)


def limited(all_items: Items, limit: int | None, seed: int) -> Items:
    """A random sample of at most `limit` items by seed, in file order; clusters are never split.

    A larger limit with the same seed extends the sample of a smaller one. Raises `BadData` for a limit
    below 1, or below the size of the first cluster drawn.
    """
    check_limit(limit)
    if limit is None or limit >= len(all_items):
        return all_items
    clusters: dict[str, list[str]] = {}
    for item in all_items:
        clusters.setdefault(item.cluster or item.id, []).append(item.id)
    drawn: set[str] = set()
    for name in Random(seed).sample(sorted(clusters), len(clusters)):
        if len(drawn) + len(clusters[name]) > limit:
            break
        drawn.update(clusters[name])
    if not drawn:
        largest = max(map(len, clusters.values()))
        raise BadData(f"limit: {limit} would cut a cluster of items that belong together. Give at least {largest}.")
    return Items((item for item in all_items if item.id in drawn), all_items.dropped)


def check_limit(limit: int | None) -> None:
    """Raise `BadData` for a limit below 1."""
    if limit is not None and limit < 1:
        raise BadData(f"limit: {limit} leaves nothing to ask. Give at least 1, or no limit.")
