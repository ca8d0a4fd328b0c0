"""Messages as JSON: exact both ways, and closed to types from elsewhere."""

import json
import subprocess
import sys
from collections.abc import Mapping
from math import copysign, inf, isnan, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from symposia.agents import Answer, Ask, Message, Sampling
from symposia.agents.accounting import Usage
from symposia.agents.codec import decode, encode
from symposia.agents.errors import BadMessage, UnknownName
from symposia.agents.message import Conversation, Request
from symposia.agents.turn import Turn


class Anything(Message):
    value: Any = None


class Table(Message):
    rows: Mapping[str, tuple[float, ...]]
    best: Ask | None = None


class Pair(Message):
    first: Sampling | Usage
    second: tuple[Sampling | Usage, ...]


class Careful(Sampling):
    tries: int = 1


class Reversed(Ask):
    @property
    def shout(self) -> str:
        return self.text.upper()


def there_and_back(message: Message) -> Message:
    return decode(json.loads(json.dumps(encode(message), allow_nan=False)))


def test_a_message_is_its_fields_and_its_type() -> None:
    assert encode(Ask(text="2 + 2?")) == {"@type": "ask/1", "text": "2 + 2?"}


def test_data_in_a_message_says_its_type_unless_the_field_does() -> None:
    request = Request(prompt=Reversed(text="a"), sampling=Sampling(stop=("\n",)), place="q/amber.0")
    assert encode(request) == {
        "@type": "request/1",
        "prompt": {"@type": "test_codec.reversed/1", "text": "a"},
        "sampling": {
            "temperature": 0.0,
            "top_p": 1.0,
            "max_tokens": 256,
            "stop": ["\n"],
            "seed": 0,
        },
        "place": "q/amber.0",
    }
    assert there_and_back(request) == request


def test_data_that_stands_in_for_its_parent_keeps_its_type() -> None:
    request = Request(prompt=Ask(text="a"), sampling=Careful(tries=3), place="q/amber.0")
    back = there_and_back(request)
    assert isinstance(back, Request)
    assert back.sampling == Careful(tries=3)


@pytest.mark.parametrize(
    "message",
    [
        Answer(text="four", ids=(1, 2), logprobs=(-0.1, -1e-300), usage=Usage(calls=1, cost=None)),
        Answer(text="", reasoning="", finish="length", logprobs=(-inf, 0.1 + 0.2)),
        Conversation(history=(Turn(role="system", text="be brief"), Turn(role="user", text="hi"))),
        Table(rows={"é": (inf,), "": ()}, best=Ask(text="\x00\u2028😀")),
        Anything(value=(1, 1.0, True, None, "1", (), ((),), {"a": (Ask(text="b"),)})),
        Anything(value=2**200),
        Anything(value=Turn(role="user", text="a")),
        Pair(first=Sampling(), second=(Usage(), Sampling(seed=3))),
    ],
)
def test_what_is_written_is_read_back(message: Message) -> None:
    back = there_and_back(message)
    assert back == message
    assert repr(back) == repr(message)


def test_not_a_number_is_read_back_as_that() -> None:
    back = there_and_back(Anything(value=(nan, -0.0)))
    assert isinstance(back, Anything)
    assert isnan(back.value[0])
    assert copysign(1, back.value[1]) == -1


leaves = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text()
keys = some.text().filter(lambda key: not key.startswith("@"))
values = some.recursive(leaves, lambda inner: some.lists(inner).map(tuple) | some.dictionaries(keys, inner))


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(values)
def test_any_value_is_read_back_with_its_type(value: Any) -> None:
    assert repr(there_and_back(Anything(value=value))) == repr(Anything(value=value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({1}, "Anything: holds a set. Messages hold None, numbers, text, tuples and frozen data."),
        (b"a", "Anything: holds a bytes. Messages hold None, numbers, text, tuples and frozen data."),
        ("\ud800", "Anything: '\\ud800' is half a character. Messages hold whole ones."),
        ({1: "a"}, "Anything: 1 cannot be a key. Use text other than '@type', '@float' and '@text'."),
        ({"@type": "a"}, "Anything: '@type' cannot be a key. Use text other than '@type', '@float' and '@text'."),
    ],
)
def test_what_could_not_be_read_back_is_not_written(value: object, text: str) -> None:
    with pytest.raises(BadMessage) as caught:
        encode(Anything(value=value))
    assert str(caught.value) == text


def test_a_type_defined_in_a_function_is_not_written() -> None:
    class Hidden(Message):
        pass

    with pytest.raises(BadMessage, match=r"Hidden: is defined in a function, so nobody can look it up\."):
        encode(Hidden())


def test_a_type_that_is_defined_again_is_read_as_the_new_one() -> None:
    for _ in range(2):
        exec("class Again(Message):\n    text: str", globals())
        again = globals()["Again"](text="a")
        assert type(there_and_back(again)) is type(again)


@pytest.mark.parametrize(
    "data",
    [
        {"@type": "os.system", "text": "a"},
        {"@type": "asc/1", "text": "a"},
        {"@type": "ask/2", "text": "a"},
        {"@type": "nowhere.ask/1", "text": "a"},
        {"@type": "symposia.agents.message.Ask", "text": "a"},
        {"@type": "a." * 2000 + "ask/1"},
        {"@type": ""},
    ],
)
def test_an_unknown_type_is_an_error(data: dict[str, object]) -> None:
    with pytest.raises(UnknownName, match=r"^no data type named '.*'\. "):
        decode(data)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"text": "a"}, "message: \"{'text': 'a'}\" is not one."),
        ({"@type": "turn/1", "role": "user", "text": "a"}, "message: "),
        ({"@type": 3}, "@type: 3 is not a tag."),
        ({"@type": "ask/1"}, "ask/1: text: Field required. Read it with"),
        (
            {"@type": "ask/1", "text": "a", "colour": 1},
            "ask/1: colour: Extra",
        ),
        (
            {"@type": "ask/1", "text": {"@float": "1"}},
            "@float: '1' is not one of nan, inf, -inf.",
        ),
    ],
)
def test_data_that_is_no_message_is_an_error(data: Any, text: str) -> None:
    with pytest.raises(BadMessage) as caught:
        decode(data)
    assert str(caught.value).startswith(text)


def test_a_type_of_the_package_is_imported_and_no_other_module_is() -> None:
    code = """if True:
    import sys
    from symposia.agents.errors import UnknownName
    from symposia.agents.codec import decode
    loaded = "symposia.protocols.text.debate" in sys.modules
    print(type(decode({"@type": "debate.revise/1", "question": "a", "own": "", "heard": "", "form": ""})).__name__)
    try:
        decode({"@type": "antigravity.ask/1", "text": "a"})
    except UnknownName:
        print("antigravity" in sys.modules)
    """
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "Revise\nFalse\n"
