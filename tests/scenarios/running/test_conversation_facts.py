"""The facts of simulated conversations."""

from symposia.scenarios.running.conversation_facts import facts
from symposia.scenarios.running.conversations import Conversation


def talk(*texts: str, **about: object) -> Conversation:
    """A conversation whose assistant says these lines."""
    turns = [turn for text in texts for turn in (("user", "so?"), ("assistant", text))]
    return Conversation("goal", turns, "", **about)  # type: ignore[arg-type]


def test_replies_tokens_and_questions_are_the_assistants() -> None:
    found = facts([talk("what?", "4", score=1.0, tokens=3), talk("5", score=0.0, tokens=1, stop="budget")])
    assert (found.replies, found.tokens, found.questions) == (1.5, 2.0, 0.5)
    assert found.success.value == 0.5
    assert found.stops == {"done": 1, "budget": 1}
    assert str(found).startswith("2 conversations: success 0.500 [0.")
    assert str(found).endswith("1.5 replies, 2.0 tokens and 0.5 questions of the assistant each; 1 done, 1 budget.")


def test_what_was_not_scored_is_no_failure() -> None:
    found = facts([talk("4", score=1.0), talk("4")])
    assert (found.success.value, found.conversations) == (1.0, 2)
    assert str(facts([talk("4")])).startswith("1 conversations: none scored; ")
