"""text/user_loop."""

from pathlib import Path
from typing import Any

import pytest
from symposia.agents import Ask, Team, Turn
from symposia.agents.context import Context
from symposia.agents.continued import Concluded, Continued
from symposia.agents.errors import BadScenario
from symposia.agents.message import Conversation, Request
from symposia.agents.models.scripted import Scripted
from symposia.agents.trace import Trace
from symposia.agents.trace_reader import read
from symposia.protocols.text import user_loop
from symposia.tests.support.command import inside
from symposia.tests.support.written import scenario

QUESTION = Ask(text="2 + 2?")
FORMED = Ask(text="2 + 2?", form="Give a number.")
LOOP = """\
protocol: {use: text/user_loop, options: {user: blue, assistant: amber, max_turns: 1}}
team:
  - {name: amber, model: "scripted:amber.txt"}
  - {name: blue, model: "scripted:blue.txt"}
task: {use: short_answer, data: sums}
"""


def asked_of_the_assistant(team: Team[Any]) -> list[Conversation]:
    """The prompts of the assistant, in order."""
    prompts = [event.message.prompt for event in team.context.trace.events if isinstance(event.message, Request)]
    return [prompt for prompt in prompts if isinstance(prompt, Conversation)]


async def test_a_conversation_ends_when_the_user_has_what_it_wants() -> None:
    models = {"user": Scripted("sort b a", "[[done]]"), "assistant": Scripted("a b")}
    team = Team(models)
    assert (await user_loop.answer(team, Ask(text="sort b a"))).text == "a b"
    assert team.stopped == "done"
    assert "user: sort b a\nassistant: a b" in models["user"].prompts[1]


async def test_the_answer_comes_with_its_conversation_for_who_grades_talk() -> None:
    team = Team({"user": Scripted("hello", "sort b a", "[[done]]"), "assistant": Scripted("which?", "a b")})
    said = await user_loop.answer(team, Ask(text="sort b a"))
    assert isinstance(said, Concluded)
    assert [(turn.role, turn.text) for turn in said.conversation] == [
        ("user", "hello"),
        ("assistant", "which?"),
        ("user", "sort b a"),
        ("assistant", "a b"),
    ]


async def test_the_assistant_never_sees_the_goal() -> None:
    models = {"user": Scripted("hello", "[[done]]"), "assistant": Scripted("hi")}
    await user_loop.answer(Team(models), Ask(text="a secret goal"))
    assert models["assistant"].prompts == ["hello"]


async def test_a_conversation_that_does_not_end_is_over_budget() -> None:
    team = Team({"user": Scripted("one", "two"), "assistant": Scripted("1", "2")})
    assert (await user_loop.answer(team, QUESTION, max_turns=2)).text == "2"
    assert team.stopped == "budget"


async def test_a_user_that_says_nothing_refuses() -> None:
    team = Team({"user": Scripted("[[done]]"), "assistant": Scripted()})
    assert (await user_loop.answer(team, QUESTION)).finish == "refused"
    assert team.stopped == "refused"


@pytest.mark.parametrize(
    ("form", "told"), [("assistant", (False, True)), ("user", (True, False)), ("nobody", (False, False))]
)
async def test_who_is_told_the_form_of_the_answer(form: str, told: tuple[bool, bool]) -> None:
    models = {"user": Scripted("two and two?", "[[done]]"), "assistant": Scripted("4")}
    await user_loop.answer(Team(models), FORMED, form=form)
    read = [any("Give a number." in prompt for prompt in models[name].prompts) for name in ("user", "assistant")]
    assert tuple(read) == told


async def test_the_assistant_is_told_the_form_after_the_last_message_alone() -> None:
    models = {"user": Scripted("two", "and two?", "[[done]]"), "assistant": Scripted("what?", "4")}
    team = Team(models, context=Context(trace=Trace()))
    await user_loop.answer(team, FORMED)
    last = asked_of_the_assistant(team)[-1]
    assert [turn.text for turn in last.turns()] == ["two", "what?", "and two?\n\nGive a number."]
    assert [turn.text for turn in last.history] == ["two", "what?", "and two?"]


async def test_the_user_is_prompted_by_a_template_of_ones_own() -> None:
    models = {"user": Scripted("{goal}", "bye"), "assistant": Scripted("4")}
    template = "Want: {goal}. Say {signal}. {{So far}}: {transcript}"
    await user_loop.answer(Team(models), QUESTION, template=template, signal="bye")
    assert models["user"].prompts == [
        "Want: 2 + 2?. Say bye. {So far}: (nothing yet)",
        "Want: 2 + 2?. Say bye. {So far}: user: {goal}\nassistant: 4",
    ]


async def test_the_first_message_may_be_given() -> None:
    models = {"user": Scripted("[[done]]"), "assistant": Scripted("hi")}
    team = Team(models)
    await user_loop.answer(team, QUESTION, first="hello")
    assert models["assistant"].prompts == ["hello"]
    assert "user: hello\nassistant: hi" in models["user"].prompts[0]
    assert team.spent.calls == 2


GREETED = (Turn("system", "Be brief."), Turn("user", "hello"), Turn("assistant", "hi"))


async def test_a_conversation_goes_on_from_a_history() -> None:
    models = {"user": Scripted("two and two?", "[[done]]"), "assistant": Scripted("4")}
    team = Team(models, context=Context(trace=Trace()))
    said = await user_loop.answer(team, Continued(text="2 + 2?", history=GREETED), first="never said")
    assert said.text == "4"
    assert "so far:\nuser: hello\nassistant: hi\n\nWrite" in models["user"].prompts[0]
    (prompt,) = asked_of_the_assistant(team)
    assert prompt.turns() == (*GREETED, Turn("user", "two and two?"))


async def test_where_a_user_spoke_last_the_assistant_is_next() -> None:
    models = {"user": Scripted("[[done]]"), "assistant": Scripted("hi")}
    said = await user_loop.answer(Team(models), Continued(text="greet", history=GREETED[:2]))
    assert said.text == "hi"
    assert "user: hello\nassistant: hi\n\nWrite" in models["user"].prompts[0]


async def test_a_history_that_the_user_leaves_at_once_is_no_answer() -> None:
    models = {"user": Scripted("[[done]]"), "assistant": Scripted()}
    assert (await user_loop.answer(Team(models), Continued(text="greet", history=GREETED))).finish == "refused"


ADVICE = "Write {goal} and {transcript}; {signal} if you like. Other braces are doubled."
WRONG = {
    "no goal": ({"template": "{transcript}"}, f"template: has no {{goal}}. {ADVICE}"),
    "no transcript": ({"template": "{goal}"}, f"template: has no {{transcript}}. {ADVICE}"),
    "an unknown field": (
        {"template": "{goal} {transcript} {gold}"},
        f"template: has a field 'gold' that it cannot fill in. {ADVICE}",
    ),
    "an attribute": (
        {"template": "{goal} {transcript} {goal.x}"},
        f"template: has a field 'goal.x' that it cannot fill in. {ADVICE}",
    ),
    "a format": (
        {"template": "{goal} {transcript} {signal:{x}}"},
        f"template: has a field 'signal' that it cannot fill in. {ADVICE}",
    ),
    "a lone brace": ({"template": "{goal} }"}, f"template: Single '}}' encountered in format string. {ADVICE}"),
    "an end at the start": (
        {"first": "hello [[done]]"},
        "first: says [[done]], which ends the conversation. Leave it out.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_refused_before_anyone_speaks(case: str) -> None:
    given, message = WRONG[case]
    with pytest.raises(BadScenario) as raised:
        user_loop.Options(**given).check(("user", "assistant"))
    assert str(raised.value) == message


def test_a_wrong_template_is_refused_when_it_is_planned(tmp_path: Path) -> None:
    scenario(tmp_path, LOOP)
    done = inside("plan", "s.yaml", "--set", "protocol.options.template='{goal}'", folder=tmp_path)
    assert (done.code, done.err) == (2, f"s.yaml: template: has no {{transcript}}. {ADVICE}\n")


def test_user_and_assistant_are_sampled_each_as_its_member_says(tmp_path: Path) -> None:
    text = LOOP.replace('blue.txt"', 'blue.txt", sampling: {temperature: 1.0, max_tokens: 9}')
    scenario(tmp_path, text)
    assert (
        inside("run", "s.yaml", "--limit", "1", "--set", "baselines=false", "--out", "run", folder=tmp_path).code == 0
    )
    events = read(tmp_path / "run" / "trace.jsonl")[1]
    asked = {event.to: event.message.sampling for event in events if isinstance(event.message, Request)}
    assert (asked["blue"].temperature, asked["blue"].max_tokens) == (1.0, 9)
    assert (asked["amber"].temperature, asked["amber"].max_tokens) == (0.0, 256)
