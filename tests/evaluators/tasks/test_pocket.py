"""The pocket task."""

import pytest
from symposia.agents.errors import BadData, Twice, UnknownName
from symposia.evaluators.tasks import pocket as task


def test_an_answer_may_have_other_spaces_but_no_other_words() -> None:
    item = next(item for item in task.load(split="dev", limit=4) if item.group == "strings")
    assert task.grade(item, f"  {item.gold.replace(' ', '  ')}\n") == 1.0
    assert task.grade(item, f"{item.gold} indeed") == 0.0
    assert task.read(item, "  ") is None


def test_a_choice_is_read_from_its_letter() -> None:
    (item,) = task.load(split="dev", limit=1, skills=["choice"])
    assert task.read(item, "B. 30") == "B"


def test_the_task_says_what_it_cannot_do() -> None:
    with pytest.raises(UnknownName, match=r"^pocket: no skill named 'string'\. Did you mean 'strings'\? Known: "):
        task.load(split="dev", skills=["string"])
    with pytest.raises(UnknownName, match=r"^pocket: no split named 'tset'\. Did you mean 'test'\?"):
        task.load(split="tset")
    with pytest.raises(Twice, match=r"^pocket: skill named twice: graphs\."):
        task.load(split="dev", skills=["graphs", "graphs"])
    with pytest.raises(BadData, match=r"^pocket: no skills\. Name one or more of arithmetic, "):
        task.load(split="dev", skills=[])
    with pytest.raises(BadData, match=r"^pocket: data 'x' is given, but its items are generated\. Leave data out\.$"):
        task.load(split="dev", data="x")
