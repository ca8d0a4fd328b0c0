"""The rows of a split, and the items built from them.

A source has one of these forms:

    gsm8k.test.jsonl, gsm8k.test.jsonl.gz    one split, the one in its name
    questions.jsonl, .csv, .tsv, .parquet    no split in the name: this is the test split
    gsm8k                                    gsm8k.{split}.jsonl.gz, gsm8k.{split}.jsonl or gsm8k.json
    gsm8k.json                               one object with a list of rows for each split, or one list: test
    hub:OWNER/NAME[:CONFIG][@REVISION]       a data set of the Hugging Face hub
    moco:NAME                                a file of MoCo's package
    NAME                                     a registered data set, unless there is a file of that name
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from random import Random

from ...agents.errors import BadData, BadRows
from ..task import Dropped, Item, Items
from . import sources
from .histories import with_history
from .prepared import prepared
from .registered import registered
from .row import Row


def rows(source: str, split: str) -> list[Row]:
    """All rows of one split, in file order. Raises `BadData` and `UnknownName`."""
    found = sources.rows(source, split)
    if not found:
        raise BadData(f"{source}: the split {split!r} is empty. It needs at least one row.")
    folder = sources.folder_of(source)
    plain = [Row(where, fields, folder) for where, fields in found]
    return [prepared(row, registered()[source]) for row in plain] if sources.is_registered(source) else plain


def items(found: Iterable[Row], build: Callable[[Row], Item | Dropped]) -> Items:
    """The items that `build` makes of rows; duplicates, by question and gold, are dropped.

    Raises `BadRows` for rows that cannot be used, `BadData` for no items.
    """
    kept: dict[str, Item] = {}
    first: dict[str, str] = {}
    dropped: list[Dropped] = []
    faults: list[str] = []
    for row in found:
        try:
            built = build(row) if row.left_out is None else row.dropped(row.left_out)
        except BadData as error:
            faults.append(str(error))
            continue
        if isinstance(built, Dropped):
            dropped.append(built)
        elif not is_text(built):
            dropped.append(row.dropped("it holds half a character, which is no text"))
        elif built.id in kept:
            dropped.append(row.dropped(f"same question and gold as {first[built.id]}"))
        else:
            kept[built.id], first[built.id] = built, row.where
    if faults:
        more = f" ({len(faults) - 1} more rows are like it: `symposia data check` names them.)" if faults[1:] else ""
        raise BadRows(f"{faults[0]}{more}", faults)
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
    found = (row.renamed(fields or {}) for row in rows(source, split))
    return limited(items((replace(row, fields=with_history(row.fields)) for row in found), build), limit, seed)


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
