"""FLASK's judge: exactly the tagged skills, each from 1 to 5 or not applicable."""

import json

import pytest
from symposia.agents.errors import BadData
from symposia.evaluators.graders.flask import details, scores, summary
from symposia.evaluators.judging.flask_rubric import GROUPS, SKILLS
from symposia.evaluators.sample import Sample
from symposia.evaluators.task import Item
from symposia.tests.support.judging import judged

TAGGED = ("Factuality", "Readability", "Logical Correctness")
ITEM = Item("2 + 2?", "", {"reference": "4", "skills": list(TAGGED), "difficulty": "simple lifestyle knowledge"})


async def test_the_score_is_the_mean_of_the_skills_that_apply() -> None:
    said = json.dumps({"Factuality": 4, "Readability": None, "Logical Correctness": 5})
    grade, (prompt,) = await judged("flask", ITEM, "four", f"Fine.\n```json\n{said}\n```")
    assert grade.parts == {"Factuality": 4.0, "Logical Correctness": 5.0}
    assert grade.score == 4.5
    assert grade.verdict == "Factuality 4, Logical Correctness 5, Readability N/A"
    assert "<reference>\n4\n</reference>" in prompt
    assert [name for name in SKILLS if f"{name}: " in prompt] == [name for name in SKILLS if name in TAGGED]


@pytest.mark.parametrize(
    "said",
    [
        '{"Factuality": 4, "Readability": 3}',
        '{"Factuality": 4, "Readability": 3, "Logical Correctness": 7}',
        '{"Factuality": 4, "Readability": 3, "Logical Correctness": 4.5}',
        '{"Factuality": 4, "Readability": 3, "Logical Correctness": true}',
        '{"Factuality": 4, "Readability": 3, "Logical Correctness": 4, "Harmlessness": 5}',
        '{"Factuality": {"score": 4}}',
        "four out of five",
    ],
)
async def test_any_other_verdict_is_asked_for_once_more_and_then_unscored(said: str) -> None:
    grade, prompts = await judged("flask", ITEM, "four", said, said)
    assert (grade.score, grade.reason, len(prompts)) == (None, "invalid_verdict", 2)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("{'Factuality': 7}", None),
        ("{'Factuality': None}", None),
        ("{'Factuality': null}", None),
        ("{Factuality: 3}", None),
        ('{"a": {"b": 1}}', None),
        ("{'factuality': 'N/A'}", {"Factuality": None}),
        ('{"factuality": null}', {"Factuality": None}),
        ('{"Factuality": 1} no: {"Factuality": 2}', {"Factuality": 2}),
    ],
)
def test_names_are_read_in_any_case_and_nothing_else_is(said: str, found: object) -> None:
    assert scores(said, ["Factuality"]) == found


async def test_a_question_with_no_skill_is_a_fault_of_the_data() -> None:
    for skills in ([], ["Charm"]):
        with pytest.raises(BadData, match="is tagged with"):
            await judged("flask", Item("2 + 2?", "", {"skills": skills}), "four")


def test_there_are_twelve_skills_in_four_groups() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(SKILLS)
    assert len(SKILLS) == 12


def test_the_summary_counts_what_does_not_apply_and_what_is_unscored() -> None:
    gold = {"skills": ["Factuality"], "difficulty": "expert level", "domains": ["Math", "Coding"]}
    common = {"question": "?", "gold": gold, "output": "4"}
    samples = [
        Sample(id="a", score=4.0, parts={"Factuality": 4.0}, **common),
        Sample(id="b", score=2.0, parts={"Factuality": 2.0}, **common),
        Sample(id="c", score=2.0, parts={"Readability": 2.0}, **common),
        Sample(id="d", why="ann: ..", **common),
    ]
    found = {fact.name: fact.value for fact in summary(samples)}
    assert found["Factuality"].startswith("3.00 [")
    assert found["Factuality"].endswith("n 2, N/A 25.0 %, unscored 25.0 %")
    assert set(found) == {"Factuality"}
    assert {fact.name: fact.value for fact in details(samples)} == {
        "Factuality / expert level / Coding": found["Factuality"],
        "Factuality / expert level / Math": found["Factuality"],
    }
