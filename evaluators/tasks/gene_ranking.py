"""Gene ranking: a question answered by a list of genes, the most relevant first.

Rows have `input`, `relevance_genes` and `relevance_scores`, lists of one length. Rows whose genes are all equally
relevant, so that there is nothing to rank, are dropped and listed.

The score is the gain of the list over a random one: with DCG = sum of r_i / log2(i + 1) over the first `cutoff` genes
and nDCG = DCG / DCG of the best list, it is max(0, (nDCG - random) / (1 - random)), where `random` is the nDCG of a
list that has the mean relevance everywhere. A gene that the data does not know takes its place and has no relevance.
Negative relevances count as 0; of equal names the most relevant one counts.

The profiles `moco_compat` and `moco_1_1` read as MoCo 1.1.2 does, at commas alone, count negative relevances, and let
the last of equal names win (the version before had no such task).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import log2
from typing import Any, Final

from ...agents.errors import BadData
from ..datasets.listed import listed
from ..datasets.row import Row
from ..datasets.rows import loaded
from ..grading import Grade
from ..parsing.gene_lists import genes_in, symbol_of
from ..parsing.profile import STRICT, check_profile
from ..task import Dropped, Item, Items

FORM = "End your reply with a line of the form\nGenes: <symbol>, <symbol>, ...\nwith the most relevant gene first."
_MOCO_TAG: Final = re.compile(r"<Final Answer>(.*?)</Final Answer>", re.I | re.S)


def load(  # noqa: PLR0913 -- the parameters are the options of the task
    *,
    split: str,
    data: str | None = None,
    limit: int | None = None,
    seed: int = 0,
    cutoff: int = 100,
    profile: str = STRICT,
    fields: dict[str, str] | None = None,
) -> Items:
    """The items of a split; `data` is a source as in `datasets/rows.py`; `limit` items are sampled by `seed`."""
    check_profile(profile, where="gene_ranking")
    if cutoff < 1:
        raise BadData(f"gene_ranking: cutoff {cutoff} leaves no gene to score. Give at least 1.")
    build = partial(_item, meta={"cutoff": cutoff, "profile": profile})
    return loaded(data, split, build, limit=limit, seed=seed, where="gene_ranking", fields=fields)


def read(item: Item, text: str) -> str | None:
    """The genes in capitals, separated by commas; None if the reply lists none."""
    return ", ".join(_genes(item, text)) or None


def grade(item: Item, text: str) -> Grade:
    """The gain over a random list, from 0 to 1; the parts are the nDCG and the share of named genes that are known."""
    genes, gold, cutoff = _genes(item, text), item.gold, item.meta["cutoff"]
    best = ndcg(map(gold.get, genes), gold.values(), cutoff)
    random = random_ndcg(gold.values(), cutoff)
    known = sum(gene in gold for gene in genes) / len(genes) if genes else 0.0
    return Grade(score=gain(best, random), parts={"ndcg": best, "known": known})


def gain(found: float, random: float) -> float:
    """The share of the way from a random list to the best one; 0 for a list that is no better than a random one.

    >>> round(gain(0.895, 0.79), 6), gain(0.5, 0.79), gain(1.0, 1.0)
    (0.5, 0.0, 0.0)
    """
    return max(0.0, (found - random) / (1 - random)) if random < 1 else 0.0


def ndcg(relevances: Iterable[float | None], known: Iterable[float], cutoff: int) -> float:
    """The gain of a list, discounted by rank, over that of the best one; 0 where nothing is relevant.

    >>> round(ndcg([2, 3], [3, 2, 1, 0, 0], 100), 6)
    0.817494
    """
    ideal = dcg(sorted((one for one in known if one > 0), reverse=True), cutoff)
    return min(1.0, dcg([one or 0.0 for one in relevances], cutoff) / ideal) if ideal else 0.0


def random_ndcg(known: Iterable[float], cutoff: int) -> float:
    """The nDCG of a list of all genes that has the mean relevance everywhere.

    >>> round(random_ndcg([3, 2, 1, 0, 0], 100), 6)
    0.743019
    """
    relevances = list(known)
    mean = sum(relevances) / len(relevances)
    return ndcg([mean] * min(cutoff, len(relevances)), relevances, cutoff)


def dcg(relevances: Sequence[float], cutoff: int) -> float:
    """The sum of relevances, each divided by log2 of its rank plus 1."""
    return sum(one / log2(rank + 1) for rank, one in enumerate(relevances[:cutoff], 1))


def _genes(item: Item, text: str) -> tuple[str, ...]:
    if item.meta["profile"] == STRICT:
        return genes_in(text)
    tagged = _MOCO_TAG.search(text)
    named = (tagged[1] if tagged else text).split(",")
    return tuple(dict.fromkeys(gene.strip().upper() for gene in named if gene.strip()))


def _item(row: Row, meta: Mapping[str, Any]) -> Item | Dropped:
    genes, scores = listed(row["relevance_genes"]), listed(row["relevance_scores"])
    if row.question is None:
        return row.dropped("the question is no text")
    if not genes or len(genes) != len(scores):
        return row.dropped(f"{len(genes)} genes with {len(scores)} relevances")
    strict = meta["profile"] == STRICT
    gold: dict[str, float] = {}
    for gene, score in zip(genes, map(float, scores), strict=True):
        name = (symbol_of(str(gene)) if strict else None) or str(gene).strip().upper()
        gold[name] = max(score, gold.get(name, 0.0), 0.0) if strict else score
    if strict and len(set(gold.values())) == 1:
        return row.dropped("all of its genes are equally relevant")
    return Item(row.question, FORM, gold, row.group, row.cluster, meta, row.images, row.history)
