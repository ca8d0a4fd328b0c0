"""A user, an assistant and a judge that are functions of the conversation: what both sides are run with."""

import json
import re
from collections import Counter

SIGNAL = "[[TERMINATE CHAT]]"
SLOTS = {"color": "c", "size": "s"}
GOALS = tuple(
    (
        f"i{item} c{colour} s{size}",
        f"want i{item}{f' c{colour}' if item % 3 == 1 else ''}{f' s{size}' if item % 3 == 2 else ''}",
    )
    for item, colour, size in zip(range(9), (2, 0, 1, 3, 1, 2, 0, 2, 3), (1, 3, 0, 3, 2, 1, 0, 2, 2), strict=True)
)
"""What users want, and how they begin."""

WEIGHTS = {"task": 1.0, "amount": -0.02, "document->bleu": 0.5}
CANDIDATES, FUTURES, WINDOW, MESSAGES = 2, 3, 4, 14
"""The last two in messages."""


class User:
    """Says its wish, a value that it was asked for, one complaint, or the end; asked again, with a courtesy."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def says(self, goal: str, talk: list[tuple[str, str]]) -> str:
        """The user's next message."""
        if not talk:
            return dict(GOALS)[goal]
        key = json.dumps([goal, talk])
        self.asked[key] += 1
        words = talk[-1][1].split()
        if words[0] == "ask":
            value = next(value for value in goal.split() if value[0] == SLOTS[words[1]])
            return f"{value}{('', ' please', ' thanks')[self.asked[key] % 3]}"
        complained = any(text == "that is wrong" for _, text in talk)
        return SIGNAL if " ".join(words[1:]) == goal or complained else "that is wrong"


class Assistant:
    """Asks for what is missing, or guesses in one of two ways: asked the same again, it does the next of these."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def says(self, talk: list[tuple[str, str]]) -> str:
        """The assistant's next message."""
        key = json.dumps(talk)
        policy, self.asked[key] = self.asked[key] % 3, self.asked[key] + 1
        known = [word for role, text in talk if role == "user" for word in text.split()]
        said = [next(word for word in known if word[0] == "i" and word[1:].isdigit())]
        for slot, letter in SLOTS.items():
            value = next((word for word in known if word[0] == letter and word[1:].isdigit()), None)
            if value is None and policy == 0:
                return f"ask {slot} please ?"
            said.append(value or f"{letter}{0 if policy == 1 else 3}")
        return f"ans {' '.join(said)}"


def delivered(said: list[str]) -> str:
    """What a judge extracts from the assistant's messages: its last answer."""
    return next((text for text in reversed(said) if text.startswith("ans")), "nothing yet")


def right(goal: str, said: list[str]) -> float:
    """1 where the last answer is the goal."""
    return float(delivered(said) == f"ans {goal}")


def heard(text: str) -> list[tuple[str, str]]:
    """The conversation in a prompt of either side, a line a turn: `**User**: hi` or `user: hi`."""
    lines = re.findall(r"^\**(User|Assistant)\**: (.*)$", text, flags=re.MULTILINE | re.IGNORECASE)
    return [(role.lower(), said) for role, said in lines]
