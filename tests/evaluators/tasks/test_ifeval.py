"""IFEval: instructions checked by the published definitions, and by MoCo's."""

from pathlib import Path
from typing import Any

import pytest
from symposia.evaluators.instructions import cases, moco_1_1
from symposia.evaluators.instructions.checkers import CHECKERS, follows, loosened
from symposia.evaluators.instructions.counting import related, sentences
from symposia.evaluators.tasks import ifeval
from symposia.tests.support.data import written

SECTIONS = ("detectable_format:multiple_sections", {"section_spliter": "SECTION", "num_sections": 2})
SECOND = ("length_constraints:nth_paragraph_first_word", {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "hi"})
NO_Q = ("keywords:letter_frequency", {"letter": "q", "let_frequency": 1, "let_relation": "less than"})
TITLE = ("detectable_format:title", {})
PARAGRAPHS = ("length_constraints:number_paragraphs", {"num_paragraphs": 2})
CAPITALS = ("change_case:capital_word_frequency", {"capital_frequency": 3, "capital_relation": "at least"})


@pytest.mark.parametrize(
    ("instruction", "reply", "there", "published"),
    [
        (TITLE, "<<Hello>>\nText", 0, 1),
        (TITLE, "# Hello\nText", 1, 0),
        (TITLE, "<< >>", 0, 0),
        (PARAGRAPHS, "one\n\n***\n\ntwo", 0, 1),
        (PARAGRAPHS, "one\n\ntwo", 1, 0),
        (PARAGRAPHS, "one\n***\n\n***\ntwo", 1, 0),
        (("detectable_format:number_highlighted_sections", {"num_highlights": 1}), "**a**", 0, 1),
        (("detectable_format:number_highlighted_sections", {"num_highlights": 1}), "*a*", 1, 1),
        (CAPITALS, "We Like It", 1, 0),
        (CAPITALS, "WE LIKE IT", 1, 1),
        (("detectable_format:number_bullet_lists", {"num_bullets": 2}), "* a\n* b\n* c", 1, 0),
        (("detectable_format:number_bullet_lists", {"num_bullets": 2}), "* a\n- b", 1, 1),
        (("keywords:forbidden_words", {"forbidden_words": ["the"]}), "go there", 0, 1),
        (("keywords:forbidden_words", {"forbidden_words": ["the"]}), "The end", 0, 0),
        (("startend:end_checker", {"end_phrase": "Any more?"}), "So. any more?", 0, 1),
        (("detectable_content:postscript", {"postscript_marker": "P.S."}), "p.s. hi", 0, 1),
        (("detectable_content:postscript", {"postscript_marker": "P.P.S"}), "P.P.S more", 1, 1),
        (("detectable_format:json_format", {}), '```json\n{"a": 1}\n```', 1, 1),
        (("detectable_format:json_format", {}), "{a: 1}", 0, 0),
        (SECTIONS, "SECTION 1 x SECTION 2", 1, 1),
        (("detectable_format:multiple_sections", {"section_spliter": "Section", "num_sections": 1}), "Section I", 0, 0),
        (("combination:two_responses", {}), "******", 1, 0),
        (("combination:two_responses", {}), "one\n******\ntwo", 1, 1),
        (("combination:two_responses", {}), "one\n******\none", 1, 0),
        (("combination:repeat_prompt", {"prompt_to_repeat": "Say it."}), "SAY IT. Done.", 1, 1),
        (("combination:repeat_prompt", {"prompt_to_repeat": "Say it."}), "Well. Say it.", 1, 0),
        (("length_constraints:number_sentences", {"num_sentences": 3}), "Mr. Smith paid 3.5 dollars. Ok!", 1, 0),
        (("length_constraints:number_words", {"num_words": 2, "relation": "less than"}), "well-known", 1, 0),
        (SECOND, "a\n\nHi, b", 0, 1),
        (("startend:quotation", {}), ' "all of it" ', 1, 1),
        (("punctuation:no_comma", {}), "a, b", 0, 0),
        (("change_case:english_capital", {}), "ALL OF THE WORDS ARE LOUD", 1, 1),
        (("change_case:english_lowercase", {}), "all of the words are quiet", 1, 1),
        (("change_case:english_lowercase", {}), "Not all of them", 0, 0),
        (("detectable_content:number_placeholders", {"num_placeholders": 2}), "[a] and [b]", 1, 1),
        (("detectable_format:constrained_response", {}), "My answer is no. Really.", 1, 1),
        (("keywords:existence", {"keywords": ["python", "java"]}), "Python and JavaScript", 1, 1),
        (("keywords:frequency", {"keyword": "war", "frequency": 2, "relation": "at least"}), "war, Warsaw", 1, 1),
        (NO_Q, "Quiet", 0, 0),
    ],
)
def test_an_instruction_is_checked_as_published_and_as_there(
    instruction: tuple[str, dict[str, Any]], reply: str, there: int, published: int
) -> None:
    assert moco_1_1.follows(reply, *instruction) == bool(there)
    assert follows(reply, *instruction) == bool(published)


def test_there_are_25_instructions() -> None:
    assert len(CHECKERS) == 25


def test_an_empty_reply_follows_no_instruction() -> None:
    assert not follows(" \n", "punctuation:no_comma", {})


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    assert sentences("Mr. Smith paid 3.5 dollars. Ok!") == 2
    assert sentences('He said "Go!" Then he went.') == 2


def test_an_unknown_relation_is_an_error() -> None:
    with pytest.raises(ValueError, match="about"):
        related(1, "about", 1)


def test_loose_grading_leaves_out_first_and_last_lines_and_asterisks() -> None:
    assert "b" in loosened("*a*\n**b**\nc")
    assert len(loosened("a\nb")) == 8


def row(*ids: str, kwargs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"input": "Do it.", "instruction_id_list": list(ids), "kwargs": kwargs or [{} for _ in ids]}


def load(folder: Path, rows: list[dict[str, Any]], **options: Any) -> Any:
    return ifeval.load(split="test", data=written(folder, rows), **options)


def test_a_prompt_scores_where_all_its_instructions_are_followed(tmp_path: Path) -> None:
    (item,) = load(tmp_path, [row("punctuation:no_comma", "startend:quotation")])
    assert ifeval.grade(item, '"all"').score == 1.0
    half = ifeval.grade(item, "all")
    assert (half.score, half.parts["instructions"]) == (0.0, 0.5)
    assert item.group == "punctuation"
    assert ifeval.read(item, "all") is None


def test_the_share_of_instructions_can_be_the_score(tmp_path: Path) -> None:
    (item,) = load(tmp_path, [row("punctuation:no_comma", "startend:quotation")], score="instructions")
    assert ifeval.grade(item, "all").score == 0.5


def test_what_is_only_followed_loosely_is_a_part(tmp_path: Path) -> None:
    (item,) = load(tmp_path, [row("startend:quotation")])
    found = ifeval.grade(item, 'Sure:\n"all"')
    assert (found.score, found.parts["loose"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (row("punctuation:no_dots"), "no instruction 'punctuation:no_dots' is known"),
        (row("startend:end_checker"), "startend:end_checker needs end_phrase"),
        (row("startend:quotation", kwargs=[{"marks": 2}]), "startend:quotation takes no marks"),
        (row("startend:quotation", kwargs=[{}, {}]), "1 instructions with 2 sets of arguments"),
        ({**row("startend:quotation"), "input": None}, "the prompt is no text"),
    ],
)
def test_a_row_that_cannot_be_checked_is_left_out_and_named(bad: dict[str, Any], why: str, tmp_path: Path) -> None:
    items = load(tmp_path, [row("punctuation:no_comma"), bad])
    assert [one.why for one in items.dropped] == [why]


def test_nulls_are_no_arguments_and_a_text_may_hold_json(tmp_path: Path) -> None:
    names, arguments = '["startend:end_checker"]', '[{"end_phrase": "Ok", "n": null}]'
    (item,) = load(tmp_path, [{"input": "Do it.", "instruction_id_list": names, "kwargs": arguments}])
    assert ifeval.grade(item, "It is ok").score == 1.0


def test_a_language_needs_a_detector_and_is_unscored_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "DETECTOR", "no_such_detector")
    (item,) = load(tmp_path, [row("language:response_language", kwargs=[{"language": "de"}])])
    found = ifeval.grade(item, "Guten Tag")
    assert (found.score, found.reason) == (None, "missing_library")
    assert "pip install" in str(found.why)


def test_there_an_unknown_instruction_is_followed_and_a_failing_check_is_not(tmp_path: Path) -> None:
    assert moco_1_1.follows("x", "no:such", {})
    (item,) = load(tmp_path, [row("punctuation:no_comma", "startend:quotation")], profile="moco_1_1")
    assert ifeval.grade(item, "all").score == 0.5
