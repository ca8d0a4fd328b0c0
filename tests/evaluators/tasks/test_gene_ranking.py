"""The task of ranked genes: what a list gains over a random one, and lists as models write them."""

from pathlib import Path

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import gene_ranking
from symposia.tests.support.data import written

ROW = {"input": "Rank the genes.", "relevance_genes": list("ABCDE"), "relevance_scores": [3, 2, 1, 0, 0]}


def item_of(folder: Path, row: object = ROW, **options: object) -> Item:
    (item,) = gene_ranking.load(split="test", data=written(folder, [row]), **options)  # type: ignore[list-item, arg-type]
    return item


@pytest.mark.parametrize(
    ("reply", "score"),
    [
        ("A,B,C", 1.0),
        ("C,B,A", 0.182812),
        ("A,A,B", 0.591406),
        ("Well. <Final Answer>A, B</Final Answer>", 0.591406),
        ("X,A,B,C", 0.0),
        ("1. A, 2. B", 0.0),
        ("A\nB\nC", 0.0),
        ("Genes: A, B, C", 0.0),
        ("", 0.0),
    ],
)
def test_the_profile_of_moco_scores_as_moco_does(tmp_path: Path, reply: str, score: float) -> None:
    item = item_of(tmp_path, profile="moco_1_1")
    assert gene_ranking.grade(item, reply).score == pytest.approx(score, abs=1e-6)


def test_the_cutoff_is_that_of_moco(tmp_path: Path) -> None:
    item = item_of(tmp_path, profile="moco_1_1", cutoff=2)
    assert gene_ranking.grade(item, "B,A").score == pytest.approx(0.839865, abs=1e-6)


def test_a_random_list_gains_nothing() -> None:
    assert gene_ranking.random_ndcg([3, 2, 1, 0, 0], 100) == pytest.approx(0.743019, abs=1e-6)
    assert gene_ranking.random_ndcg([0, 0], 100) == 0.0


@pytest.mark.parametrize(
    "reply",
    [
        "A,B,C",
        "Genes: A, B, C",
        "1. A\n2. B\n3. C",
        "1. A, 2. B, 3. C",
        "A\nB\nC",
        "- **a**\n- **b**\n- **c**",
        "We think of pathways.\n\nGenes: A, B, C.",
        "Here is my ranking:\n1. A - a kinase\n2. B (known)\n3. C: binds it\n\nI hope this helps!",
        "<final_answer>\nA, B, C\n</final_answer>",
        "**Final answer:** a, b and c",
        "The genes are ranked by relevance.\nAnswer: [A, B, C]",
        "Genes: C, B, A\nWait.\nGenes: A, B, C",
    ],
)
def test_lists_are_read_in_ordinary_styles(tmp_path: Path, reply: str) -> None:
    item = item_of(tmp_path)
    assert gene_ranking.read(item, reply) == "A, B, C"
    assert gene_ranking.grade(item, reply).score == pytest.approx(1.0)


@pytest.mark.parametrize("reply", ["", "I cannot rank these genes without data.", "Let me think about it."])
def test_a_reply_without_a_list_scores_nothing(tmp_path: Path, reply: str) -> None:
    item = item_of(tmp_path)
    assert gene_ranking.read(item, reply) is None
    assert gene_ranking.grade(item, reply).score == 0.0


def test_an_unknown_gene_takes_its_place(tmp_path: Path) -> None:
    grade = gene_ranking.grade(item_of(tmp_path), "Genes: X, A, B, C")
    assert grade.score == 0.0
    assert grade.parts["known"] == 0.75


def test_symbols_are_compared_in_one_spelling(tmp_path: Path) -> None:
    row = {**ROW, "relevance_genes": ["HLA-A", "C1orf112", "TP53", "MYC", "KRAS"]}
    item = item_of(tmp_path, row)
    assert gene_ranking.read(item, "Genes: hla\u2011a, C1ORF112, `Tp53`") == "HLA-A, C1ORF112, TP53"
    assert gene_ranking.grade(item, "Genes: hla\u2011a, C1ORF112, `Tp53`").score == pytest.approx(1.0)


def test_negative_relevances_and_equal_names_count_as_they_should(tmp_path: Path) -> None:
    row = {**ROW, "relevance_genes": ["A", "B", "A"], "relevance_scores": [2, -1, 1]}
    assert item_of(tmp_path, row).gold == {"A": 2.0, "B": 0.0}
    assert item_of(tmp_path, row, profile="moco_1_1").gold == {"A": 1.0, "B": -1.0}


def test_lists_may_be_written_out_as_text(tmp_path: Path) -> None:
    row = {**ROW, "relevance_genes": "['A', 'B']", "relevance_scores": "[1, 0]"}
    assert item_of(tmp_path, row).gold == {"A": 1.0, "B": 0.0}


def test_rows_with_nothing_to_rank_are_dropped_and_named(tmp_path: Path) -> None:
    level = {**ROW, "relevance_scores": [0, 0, 0, 0, 0]}
    short = {**ROW, "input": "Again.", "relevance_scores": [1]}
    items = gene_ranking.load(split="test", data=written(tmp_path, [ROW, level, short]))
    assert [one.why for one in items.dropped] == [
        "all of its genes are equally relevant",
        "5 genes with 1 relevances",
    ]


def test_a_cutoff_below_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="cutoff 0 leaves no gene to score"):
        item_of(tmp_path, cutoff=0)
