"""Tasks without a data set."""

from hashlib import sha256

from symposia.evaluators.task import Item, Items


class Exact:
    """A task whose answers are the whole text."""

    FORM = ""

    def load(self, **_: object) -> Items:
        return Items([])

    def read(self, item: Item, text: str) -> str:
        return text

    def grade(self, item: Item, text: str) -> float:
        return float(text == item.gold)


class Lottery:
    """A task that scores by chance: by a hash of the question and the answer."""

    FORM = ""

    def __init__(self, chance: float = 0.5) -> None:
        self.chance = chance

    def load(self, **_: object) -> Items:
        return Items([])

    def read(self, item: Item, text: str) -> str:
        return text

    def grade(self, item: Item, text: str) -> float:
        return float(sha256(f"{item.question} {text}".encode()).digest()[0] < 256 * self.chance)


def lottery(count: int, salt: str = "") -> list[Item]:
    return [Item(question=f"{salt}{number}", form="", gold=None, group=str(number % 2)) for number in range(count)]


def items(*golds: str) -> list[Item]:
    """Numbered questions with these answers."""
    return [Item(question=f"question {number}", form="", gold=gold) for number, gold in enumerate(golds)]
