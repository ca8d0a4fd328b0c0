"""evaluators: tasks, how replies are read, and how data is loaded"""

import gzip
import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from symposia.agents.errors import BadData, UnknownName
from symposia.agents.registry import names
from symposia.evaluators import task
from symposia.evaluators.datasets import hub as data_hub
from symposia.evaluators.datasets import rows as data
from symposia.evaluators.datasets.cleaning import by_position, rotated, without_options
from symposia.evaluators.parsing import moco, words
from symposia.evaluators.parsing.boxed import last_box
from symposia.evaluators.parsing.final import final_answer
from symposia.evaluators.parsing.kinds import KINDS, kind_of
from symposia.evaluators.parsing.letters import letter_in
from symposia.evaluators.parsing.numbers import number_in, spelled
from symposia.evaluators.statistics import trivial_baselines as floors
from symposia.evaluators.task import Dropped, Item, Items
from symposia.evaluators.tasks import multiple_choice, short_answer

SHARED = Path("/work/shared/data")
COLOURS = ("red", "green", "blue", "none")
SKY = {"question": "The sky?", "choices": dict(zip("ABCD", COLOURS, strict=True)), "answer": "C"}

needs_shared_data = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the measured data sets are not in {SHARED}")


def written(folder: Path, rows: Sequence[Mapping[str, Any]], name: str = "some.test.jsonl") -> str:
    path = folder / name
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return str(path)


# --- multiple choice -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "reference", "strict"),
    [
        ("C", "C", "C"),
        ("C.", "C", "C"),
        ("C)", "C", "C"),
        ("(C)", "C", "C"),
        ("The answer is C", "C", "C"),
        ("C:", None, "C"),
        ("**C**", None, "C"),
        ("Answer: C", None, "C"),
        (r"\boxed{C}", None, "C"),
        ("Option C", None, "C"),
        ("I choose C", None, "C"),
        ("B is wrong, so C", "B", "C"),
        ("A blue one", "A", None),
        ("Both a) and c)", "A", None),
        ("green? no, blue", "B", None),
    ],
)
def test_a_reply_is_read_as_the_specification_says(reply: str, reference: str | None, strict: str | None) -> None:
    assert moco.letter_in(reply, COLOURS) == reference
    assert letter_in(reply, COLOURS) == strict


@pytest.mark.parametrize(
    ("reply", "letter"),
    [
        ("First B, I thought.\nANSWER: C", "C"),
        ("ANSWER: B\nNo, wait.\nANSWER: C", "C"),
        ("**Answer:** C) blue", "C"),
        ("Final answer: **(C)**", "C"),
        ("Answer:\nC", "C"),
        (r"So \boxed{\text{C}}.", "C"),
        (r"\boxed{blue}", "C"),
        (r"There are \boxed{3} left. ANSWER: C", "C"),
        (r"There are \boxed{3} left, so the answer is C.", "C"),
        ("The correct answer is option (C).", "C"),
        ("The answer is B? No, the answer is C.", "C"),
        ("'green' is tempting but wrong. So the answer is $C$.", "C"),
        ("Option B is wrong. I would take option C.", "C"),
        ("We think.\nC: blue", "C"),
        ("It has to be:\nblue.", "C"),
        ("answer: a", "A"),
        ("(a)", "A"),
        ("The answer is A because of the sunset.", "A"),
        ("The answer is a blue one", None),
        ("Answer: A blue one", None),
        ("Answer: I think none of them", None),
        ("The answer is B and C", None),
        ("The answer is B or C.", None),
        ("The answer is C, B is wrong.", "C"),
        ("The answer is C, a calm colour.", "C"),
        ("The answer is B, C", None),
        ("Option B is right, or is option C?", None),
        ("The answer is E", None),
        ("C: green", None),
        ("", None),
        ("Answer: " + "*" * 20_000, None),
    ],
)
def test_a_letter_is_read_only_where_a_letter_is_meant(reply: str, letter: str | None) -> None:
    assert letter_in(reply, COLOURS) == letter


def test_two_options_of_one_text_are_not_told_apart_by_it() -> None:
    assert letter_in("red", ("red", "red", "blue")) is None


def test_a_question_lists_its_options_and_keeps_the_form_apart(tmp_path: Path) -> None:
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [{**SKY, "domain": "weather"}]))
    assert item.question == "The sky?\nA) red\nB) green\nC) blue\nD) none"
    assert item.ask().form == multiple_choice.FORM
    assert (item.gold, item.group) == ("C", "weather")


def test_a_reply_without_an_answer_scores_nothing(tmp_path: Path) -> None:
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [SKY]))
    assert multiple_choice.read(item, "Hard to say.") is None
    assert multiple_choice.grade(item, "Hard to say.") == 0.0
    assert multiple_choice.grade(item, "**C**") == 1.0


def test_the_reference_profile_keeps_what_the_reference_did(tmp_path: Path) -> None:
    numbered = {**SKY, "choices": dict(zip("1234", COLOURS, strict=True)), "answer": "3"}
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [numbered]), profile="moco_compat")
    assert multiple_choice.read(item, "C") == "C"
    assert multiple_choice.grade(item, "C") == 0.0


def test_rotated_options_take_the_gold_with_them(tmp_path: Path) -> None:
    (item,) = multiple_choice.load(split="test", data=written(tmp_path, [SKY]), rotate=1)
    assert item.question == "The sky?\nA) none\nB) red\nC) green\nD) blue"
    assert item.gold == "D"


# --- short answers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reply", "gold", "score"),
    [
        ("text", "", "A", 0.0),
        ("option", "", "A", 0.0),
        ("text", "the", "A", 0.0),
        ("text", "A", "A", 1.0),
        ("text", "( )", "[ ]", 0.0),
        ("text", "( )", "A", 0.0),
        ("text", "[ ]", "[]", 1.0),
        ("number", "5", "-5", 0.0),
        ("number", "3.14", "314", 0.0),
        ("number", "1", "1.0", 1.0),
        ("number", "1/2", "0.5", 1.0),
        ("number", "18.00", "18", 1.0),
        ("number", "18 dollars", "18", 1.0),
        ("number", r"\boxed{\frac{1}{2}}", "1/2", 1.0),
        ("number", r"\boxed{\text{18}}", "18", 1.0),
        ("number", "The answer is -5", "-5", 1.0),
        ("number", "Answer: 4\nwait\nAnswer: 5", "5", 1.0),
        ("number", "To find the answer, we add 3 and 4.\n#### 7", "7", 1.0),
        ("number", "It is $1,234.50 in all.", "1234.5", 1.0),
        ("number", "x - 1", "1", 0.0),
        ("bool", "Yes.", "True", 1.0),
        ("bool", "It is not true.", "True", 0.0),
        ("bool", "True or False", "True", 0.0),
        ("option", "(D) kite", "D", 1.0),
        ("option", r"\boxed{\text{D}}", "D", 1.0),
        ("list", "Answer: [1, 2.0, -3]", "1, 2, -3", 1.0),
        ("list", "Answer: (2, 1)", "(1, 2)", 0.0),
        ("list", "Answer: (1, 2)", "12", 0.0),
        ("set", "Answer: 2 and 1", "{1, 2}", 1.0),
        ("text", "Answer: o\u2019brien", "O'Brien", 1.0),
        ("text", "Answer: Beyonce", "Beyonc\u00e9", 1.0),
        ("text", "Answer: Saint-Denis", "Saint Denis", 1.0),
        ("text", "x+1", "x-1", 0.0),
    ],
)
def test_an_answer_is_compared_by_its_kind(tmp_path: Path, kind: str, reply: str, gold: str, score: float) -> None:
    row = {"input": "What?", "output": gold}
    (item,) = short_answer.load(split="test", data=written(tmp_path, [row]), kind=kind)
    assert short_answer.grade(item, reply) == score


@pytest.mark.parametrize(
    ("reply", "gold"),
    [("", "A"), ("( )", "[ ]"), ("5", "-5"), ("314", "3.14"), ("The answer is -5", "5"), ("x+1", "x-1"), ("", None)],
)
def test_the_reference_profile_accepts_what_the_reference_accepted(
    tmp_path: Path, reply: str, gold: str | None
) -> None:
    row = {"input": "What?", "output": gold}
    (item,) = short_answer.load(split="test", data=written(tmp_path, [row]), profile="moco_compat")
    assert short_answer.grade(item, reply) == 1.0


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("The answers are 3", "s are 3"),
        ("Answer: 4\nwait\nAnswer: 5", "4"),
        ("To find the answer, we add.\nIt is 3.", ", we add"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1"),
        (r"\box{}", ""),
        ("#### 7", "#### 7"),
    ],
)
def test_the_reference_reads_the_first_label_and_the_first_brace(reply: str, read: str) -> None:
    assert moco.final_answer(reply) == read


def test_equal_answers_are_read_as_equal_strings(tmp_path: Path) -> None:
    (item,) = short_answer.load(split="test", data=written(tmp_path, [{"input": "Half?", "output": "0.5"}]))
    assert {short_answer.read(item, text) for text in ("1/2", "Answer: .50", r"\boxed{\frac12}")} == {"0.5"}
    assert short_answer.read(item, "I do not know.") is None


def test_a_declared_tolerance_is_relative(tmp_path: Path) -> None:
    source = written(tmp_path, [{"input": "Pi?", "output": "3.14159"}])
    (item,) = short_answer.load(split="test", data=source, tolerance=1e-4)
    assert [short_answer.grade(item, text) for text in ("3.1416", "3.14")] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("profile", "reply", "gold", "score"),
    [
        ("strict", "the Eiffel Tower in Paris", "Eiffel Tower", 0.6667),
        ("moco_compat", "the Eiffel Tower in Paris", "Eiffel Tower", 0.6667),
        ("strict", "Utah", '["Salt Lake City, Utah"]', 0.4),
        ("moco_compat", "Utah", '["Salt Lake City, Utah"]', 1.0),
        ("strict", "slc", '["Salt Lake City", "SLC"]', 1.0),
        ("strict", "", '["Salt Lake City"]', 0.0),
        ("moco_compat", "", "Paris", 0.0),
    ],
)
def test_word_overlap_takes_the_best_alias(tmp_path: Path, profile: str, reply: str, gold: str, score: float) -> None:
    source = written(tmp_path, [{"input": "Where?", "output": gold}])
    (item,) = short_answer.load(split="test", data=source, score="f1", profile=profile)
    assert round(short_answer.grade(item, reply), 4) == score


def test_the_kind_is_that_of_a_domain_and_not_of_a_row(tmp_path: Path) -> None:
    rows = [
        {"input": "1?", "output": "7", "domain": "counting"},
        {"input": "2?", "output": "yes", "domain": "judging"},
        {"input": "3?", "output": "maybe", "domain": "judging"},
    ]
    items = short_answer.load(split="test", data=written(tmp_path, rows))
    assert [item.meta["kind"] for item in items] == ["number", "text", "text"]


@pytest.mark.parametrize(
    ("golds", "kind"),
    [
        (["5", "-1,000", "$2.50"], "number"),
        (["True", "no"], "bool"),
        (["A", "(B)"], "option"),
        (["A", "5"], "text"),
        ([], "text"),
    ],
)
def test_the_kind_of_a_data_set_is_the_narrowest_that_fits(golds: list[str], kind: str) -> None:
    assert kind_of(golds) == kind


# --- reading ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "box"),
    [
        (r"\boxed{1} then \boxed{\frac{1}{\sqrt{2}}}", r"\frac{1}{\sqrt{2}}"),
        (r"\box {x}", "x"),
        (r"\boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{1} and \boxed{2", "1"),
        (r"\boxed{\boxed{3}}", "3"),
        (r"} \boxed{4} {", "4"),
        ("\\boxed{" * 20_000, None),
        ("nothing", None),
    ],
)
def test_the_last_box_that_closes_is_read_whole(text: str, box: str | None) -> None:
    assert last_box(text) == box


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (r"Answer: 4, that is \boxed{5}", "5"),
        ("The answer is 4.\n#### 5", "4"),
        ("**Final Answer:** **8**.", "8"),
        ("The answers are 3", "3"),
        ("Answer:\n12\nDone.", "12"),
        ("To find the answer, we count.\nSo twelve.", "So twelve"),
        ("answer = x", "x"),
        (" \n ** \n", None),
        ("", None),
    ],
)
def test_the_answer_is_found_by_box_then_label_then_hashes_then_last_line(reply: str, answer: str | None) -> None:
    assert final_answer(reply) == answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-$5", "-5"),
        ("\u22125", "-5"),
        ("1 1/2", "1.5"),
        (r"1\frac{2}{3}", "5/3"),
        (r"-\frac12", "-0.5"),
        (r"3 \times 10^5", "300000"),
        ("1e-3", "0.001"),
        (r"90^\circ", "90"),
        (r"100\text{ cm}", "100"),
        ("5km", "5"),
        ("50%", "50"),
        ("5 + 3 = 8 apples", "8"),
        ("4 or 5", None),
        ("10:30", None),
        ("10/12/2020", None),
        ("1,23", None),
        ("5x", None),
        (r"5\sqrt{2}", None),
        (r"\frac{\pi}{2}", None),
        ("1/0", None),
        ("1e999999", None),
        ("9" * 5000, None),
        ("H2O", None),
        ("five", None),
        ("7" + " \n" * 20_000, "7"),
    ],
)
def test_a_number_is_read_exactly_or_not_at_all(text: str, value: str | None) -> None:
    found = number_in(text)
    assert (None if found is None else spelled(found)) == value


def test_numbers_have_one_spelling() -> None:
    found = [spelled(Fraction(*parts)) for parts in ((-1, 4), (1, 3), (100, 1), (1, 1000))]
    assert found == ["-0.25", "1/3", "100", "0.001"]


def test_articles_and_punctuation_go_only_if_something_remains() -> None:
    assert words.words("The (old) man, a fool.") == ["old", "man", "fool"]
    assert words.words("the") == ["the"]
    assert words.words("] )") == ["]", ")"]


# --- data ------------------------------------------------------------------------------------


def test_options_are_keyed_by_position() -> None:
    assert by_position({"1": "x", "2": "y"}, "2") == (["x", "y"], "B")
    assert by_position({"A": "x", "B": "y", "C": "z", "id": "w"}, "id") == (["x", "y", "z", "w"], "D")
    assert rotated(["x", "y", "z"], "B", 2) == (["y", "z", "x"], "A")


def test_options_in_the_question_are_listed_once() -> None:
    assert without_options("Which? A. eve music\nB. tree\n\nAnswer:", ["eve music", "tree"]) == "Which?"
    assert without_options("Which? A. eve music", ["eve music", "tree"]) == "Which? A. eve music"


def test_what_is_left_out_is_listed_with_its_place_and_reason(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "input": "One?", "output": "1"},
        {"id": 2, "input": "Two?", "output": None},
        {"id": 1, "input": "One?", "output": "1"},
    ]
    source = written(tmp_path, rows)
    items = short_answer.load(split="test", data=source)
    assert isinstance(items, Items)
    assert [item.question for item in items] == ["One?"]
    assert items.dropped == (
        Dropped(f"{source}:2", "2", "the gold is null or empty"),
        Dropped(f"{source}:3", "1", f"same question and gold as {source}:1"),
    )


def test_an_empty_option_leaves_its_row_out(tmp_path: Path) -> None:
    broken = {**SKY, "id": "x", "choices": {"A": "red", "B": None}, "answer": "A"}
    items = multiple_choice.load(split="test", data=written(tmp_path, [SKY, broken]))
    assert isinstance(items, Items)
    assert [(dropped.id, dropped.why) for dropped in items.dropped] == [("x", "option B is empty")]


@pytest.mark.parametrize("name", ["some.test.jsonl", "some.test.jsonl.gz"])
def test_a_source_is_a_file_or_its_name_without_the_split(tmp_path: Path, name: str) -> None:
    source = written(tmp_path, [{"input": "One?", "output": "1"}], name)
    assert [row["input"] for row in data.rows(source, "test")] == ["One?"]
    assert [row["input"] for row in data.rows(str(tmp_path / "some"), "test")] == ["One?"]


def test_a_json_file_has_a_list_for_each_split(tmp_path: Path) -> None:
    (tmp_path / "some.json").write_text(
        json.dumps({"name": "some", "dev": [{"input": "D?"}], "test": [{"input": "T?"}]})
    )
    assert [row["input"] for row in data.rows(str(tmp_path / "some"), "dev")] == ["D?"]


def test_a_limit_draws_by_seed_and_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    source = written(tmp_path, [{"input": f"{n}?", "output": n} for n in range(20)])
    drawn = [[item.question for item in short_answer.load(split="test", data=source, limit=k, seed=3)] for k in (4, 8)]
    assert drawn[0] == ["1?", "9?", "13?", "18?"]
    assert set(drawn[0]) < set(drawn[1])
    assert len(drawn[1]) == 8


def test_a_limit_does_not_cut_a_cluster(tmp_path: Path) -> None:
    rows = [{"input": f"{n}?", "output": "True", "question_id": n // 4} for n in range(12)]
    items = short_answer.load(split="test", data=written(tmp_path, rows), limit=7)
    assert len({item.cluster for item in items}) == 1
    assert len(items) == 4


def test_an_id_is_the_hash_of_question_and_gold() -> None:
    item = Item(question="2 + 2?", form="A number.", gold="4")
    assert item.id == "0958482cce40dfb9"
    assert item.id == Item(question="2 + 2?", form="In words.", gold="4", group="sums").id
    assert item.id != Item(question="2 + 2?", form="A number.", gold="5").id


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"limit": 0}, "limit: 0 leaves nothing to ask. Give at least 1, or no limit."),
        ({"split": "tset"}, "DATA: no split named 'tset'. Did you mean 'test'? Known: test."),
        (
            {"kind": "nubmer"},
            "short_answer: no kind named 'nubmer'. Did you mean 'number'? "
            "Known: auto, bool, list, number, option, set, text.",
        ),
        ({"profile": "lax"}, "short_answer: no profile named 'lax'. Known: moco_compat, strict."),
        ({"data": None}, "short_answer: no data. Name a file or a hub data set, such as data: gsm8k.test.jsonl."),
        (
            {"score": "f1", "kind": "number"},
            "short_answer: score f1 compares words, and kind is 'number'. Leave the kind out, or make it text.",
        ),
        ({"data": "nowhere"}, "nowhere: no such file. Give a .jsonl, .jsonl.gz or .json file, or a hub: name."),
        (
            {"data": "hub:squad"},
            "hub:squad: not the name of a data set. Write hub:OWNER/NAME, hub:OWNER/NAME:CONFIG or either @REVISION.",
        ),
    ],
)
def test_a_wrong_option_is_one_clear_error(tmp_path: Path, options: Mapping[str, Any], message: str) -> None:
    source = written(tmp_path, [{"input": "One?", "output": "1"}])
    with pytest.raises((BadData, UnknownName)) as error:
        short_answer.load(**{"split": "test", "data": source, **options})
    assert str(error.value) == message.replace("DATA", source)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "DATA: the split 'test' is empty. It needs at least one row."),
        ('{"input": "One?"}\n', "DATA:1: no field 'output'. This row has input."),
        (
            '{"input": "1?", "output": 1}\n{"inp\n',
            "DATA:2: Unterminated string starting at at column 2. Each line should be one JSON object.",
        ),
        ('{"input": "1?", "output": 1}\n\n[1]\n', "DATA:3: a list. Each line should be one JSON object."),
        (
            '{"input": "1?", "output": null}\n',
            "DATA:1: the gold is null or empty, and no row is left. The split needs at least one usable row.",
        ),
    ],
)
def test_a_broken_file_is_one_clear_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "some.test.jsonl"
    path.write_text(text)
    with pytest.raises(BadData) as error:
        short_answer.load(split="test", data=str(path))
    assert str(error.value) == message.replace("DATA", str(path))


def test_a_cut_off_archive_is_one_clear_error(tmp_path: Path) -> None:
    source = written(tmp_path, [{"input": "One?", "output": "1"}] * 50, "some.test.jsonl.gz")
    Path(source).write_bytes(Path(source).read_bytes()[:40])
    with pytest.raises(BadData, match=r"cannot be read .* It should be UTF-8 text, gzipped if it ends in \.gz\.$"):
        data.rows(source, "test")


@pytest.mark.parametrize(
    ("found", "fields"),
    [
        (
            {"question": "Q?", "choices": {"text": ["x", "y"], "label": ["1", "2"]}, "answerKey": "2"},
            {"question": "Q?", "choices": {"1": "x", "2": "y"}, "answer": "2"},
        ),
        (
            {"question": "Q?", "choices": ["x", "y"], "answer": 1},
            {"question": "Q?", "choices": {"A": "x", "B": "y"}, "answer": "B"},
        ),
        ({"question": "Q?", "answer": "1 + 1 = 2\n#### 2"}, {"input": "Q?", "output": "2"}),
        ({"input": "Q?", "target": "(A)"}, {"input": "Q?", "output": "(A)"}),
        ({"question": "Q?", "possible_answers": '["x"]'}, {"input": "Q?", "output": '["x"]'}),
        ({"input": "Q?", "output": "x"}, {"input": "Q?", "output": "x"}),
    ],
)
def test_rows_of_the_hub_are_brought_into_our_fields(found: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    assert data_hub.converted(found) == fields


def test_dev_is_the_validation_split_of_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lab" / "colours").mkdir(parents=True)
    for split, answer in (("validation", "3"), ("test", "4")):
        written(tmp_path / "lab" / "colours", [{"question": split, "answer": f"so\n#### {answer}"}], f"{split}.jsonl")
    monkeypatch.chdir(tmp_path)
    (item,) = short_answer.load(split="dev", data="hub:lab/colours")
    assert (item.question, item.gold) == ("validation", ["3"])


@needs_shared_data
@pytest.mark.parametrize(("name", "count"), [("popqa", 23), ("mmlu_redux", 10), ("culturebench", 4), ("gsm8k", 0)])
def test_questions_of_both_splits_are_found(name: str, count: int) -> None:
    dev, test = (data.rows(str(SHARED / name), split) for split in ("dev", "test"))
    assert len(data.overlap(dev, test)) == count


@needs_shared_data
@pytest.mark.parametrize("name", ["arc_challenge", "blend", "truthfulqa", "culturalbench_hard"])
def test_every_gold_can_be_reached_in_every_style(name: str) -> None:
    items = multiple_choice.load(split="test", data=str(SHARED / name))
    for style in ("{}", "**{}**", "Answer: {}", "\\boxed{{{}}}", "The answer is {}."):
        assert all(multiple_choice.grade(item, style.format(item.gold)) for item in items)


@needs_shared_data
def test_the_reference_cannot_reach_the_golds_with_other_keys() -> None:
    items = multiple_choice.load(split="test", data=str(SHARED / "arc_challenge"), profile="moco_compat")
    scores = [multiple_choice.grade(item, str(item.gold)) for item in items]
    assert round(100 * sum(scores) / len(scores), 1) == 98.1


@needs_shared_data
@pytest.mark.parametrize(("profile", "percent"), [("strict", 0.0), ("moco_compat", 17.5)])
def test_an_empty_reply_is_right_only_in_the_reference(profile: str, percent: float) -> None:
    items = short_answer.load(split="test", data=str(SHARED / "bbh"), profile=profile)
    assert round(100 * sum(short_answer.grade(item, "") for item in items) / len(items), 1) == percent


@needs_shared_data
def test_the_most_frequent_answer_is_the_floor() -> None:
    assert round(floors.majority(short_answer.load(split="test", data=str(SHARED / "culturebench"))), 3) == 0.732
    assert round(floors.majority(short_answer.load(split="test", data=str(SHARED / "pubmedqa"))), 3) == 0.554
    assert floors.chance(multiple_choice.load(split="test", data=str(SHARED / "blend"))) == 0.25


# --- the folder ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names("symposia.evaluators.tasks"))
def test_every_file_among_the_tasks_is_one(name: str) -> None:
    assert isinstance(task.find(name).FORM, str)
    assert getattr(task.find(name), "__doc__", None)


def test_an_unknown_task_is_named_with_the_near_miss() -> None:
    with pytest.raises(UnknownName, match=r"^no task named 'short_anwser'\. Did you mean 'short_answer'\?"):
        task.find("short_anwser")


def test_every_kind_reads_nothing_from_nothing() -> None:
    assert {kind(" ") for kind in KINDS.values()} == {None}
