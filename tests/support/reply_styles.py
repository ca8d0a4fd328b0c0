"""Styles in which models reply, and answers to put into them: the right one, and a wrong one of the same kind."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from symposia.evaluators.parsing.words import spelled
from symposia.evaluators.task import Item


def as_json(value: str) -> str:
    return json.dumps({"reasoning": "It follows.", "answer": value})


ORDINARY: Mapping[str, str] = {
    "bare": "<v>",
    "full stop": "<v>.",
    "bold": "**<v>**",
    "code": "`<v>`",
    "Answer:": "Answer: <v>",
    "ANSWER:": "ANSWER: <v>",
    "reasons, then Answer:": "Let us think about 2 things.\nThey follow.\n\nAnswer: <v>",
    "bold label": "**Answer:** <v>",
    "bold line": "**Answer: <v>**",
    "full-width colon": "Answer\uff1a<v>",
    "Final Answer:": "**Final Answer:** **<v>**",
    "my final answer": "My final answer: <v>",
    "quoted line": "> Answer: <v>",
    "heading": "### Answer\n<v>",
    "heading, bold": "## Final Answer\n\n**<v>**",
    "label, next line": "Answer:\n<v>",
    "equals": "Answer = <v>",
    "is": "The answer is <v>.",
    "is:": "The answer is: <v>",
    "is, bold": "So the correct answer is **<v>**.",
    "is, dollars": "The answer is $<v>$.",
    "should be": "The answer should be <v>.",
    "must be": "Therefore, the answer must be <v>.",
    "to the question": "Thus, the answer to the question is <v>.",
    "is the answer": "<v> is the correct answer.",
    "box": "\\boxed{<v>}",
    "box in a sentence": "Therefore, the answer is $\\boxed{<v>}$.",
    "display box": "So we find\n\\[\n\\boxed{<v>}\n\\]",
    "tag": "<answer><v></answer>",
    "tag, lines": "<think>Hm.</think>\n<answer>\n<v>\n</answer>",
    "form copied": "Answer: <<v>>",
    "quotes": 'Answer: "<v>"',
    "hashes": "We add.\n#### <v>",
    "helpful": "Answer: <v>\n\nI hope this answer is helpful!",
    "let me know": "<v>\n\nLet me know if you need anything else!",
    "hope this helps": "Answer: <v>. I hope this helps!",
    "any questions": "The answer is <v>.\n\nIf you have any questions, feel free to ask.",
    "explained below": "<v>\n\nExplanation: it follows from what is given above.",
    "sentence after": "The answer is <v>. This follows from the text.",
}

REASONED: Mapping[str, str] = {
    "because": "Answer: <v>, because that follows.",
    "brackets after": "Answer: <v> (as shown above)",
    "since": "The answer is <v> since nothing else fits.",
}


@dataclass(frozen=True)
class Case:
    """An item, the right answer as one would write it, and a wrong one; for options by letter and text."""

    item: Item
    right: Mapping[str, str]
    wrong: Mapping[str, str]

    def styles(self, kind: str) -> int:
        """The number of styles in which the right answer can be written."""
        return sum(style(self.right) is not None for style in styles_of(kind).values())


LETTERED: Mapping[str, str] = {
    "L) text": "<v>) <t>",
    "(L) text": "(<v>) <t>",
    "L. text, explained": "**<v>. <t>**\n\nThat is what the question describes, unlike the other options.",
    "L: text": "<v>: <t>",
    "Answer: L) text": "Answer: <v>) <t>",
    "Answer: text": "Answer: <t>",
    "is (L) text": "The correct answer is (<v>) <t>.",
    "box, bold, text": "\\boxed{\\textbf{(<v>)}\\ <t>}",
    "Option L": "Option <v>",
    "I choose": "I choose (<v>).",
    "L is correct": "Option <v> is correct.",
    "JSON, L) text": '{"answer": "<v>) <j>"}',
    "so L": "Nothing else fits, so <v>.",
    "text off": "<v>) <o>",
}

NUMBERED: Mapping[str, str] = {
    "dollars": "It is $<v>.",
    "unit": "Answer: <v> apples",
    "unit, explained": "The answer is <v> eggs, sold at $2.",
    "zeros": "Answer: <d>",
    "thousands": "The answer is <c>.",
    "thin spaces": "Answer: <s>",
    "words": "The answer is <w>.",
    "minus apart": "Answer: <m>",
    "equation": "9 * 2 = <v>",
    "expression after": "<v> (that is, 9*2)",
}


SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def filled(style: str, values: Mapping[str, str]) -> str | None:
    """A style with all of its values put in; None if one of them cannot be written for this answer."""
    for name in ("t", "j", "o", "d", "c", "s", "w", "m"):
        if f"<{name}>" in style:
            if name not in values:
                return None
            style = style.replace(f"<{name}>", values[name])
    return style.replace("<v>", values["v"])


def styles_of(kind: str) -> dict[str, Callable[[Mapping[str, str]], str | None]]:
    """The styles in which answers of a kind are written."""
    named = dict(ORDINARY)
    if kind in ("choice", "option", "number", "bool", "list", "interval"):
        named |= REASONED
    named |= {"choice": LETTERED, "number": NUMBERED}.get(kind, {})
    return {name: partial(filled, style) for name, style in named.items()} | {
        "JSON": lambda values: as_json(values["v"])
    }


def cases(items: Sequence[Item], draw: Random) -> Iterator[tuple[str, Case]]:
    """Each item with its kind and its answers; items without a wrong answer of the same kind are left out."""
    texts = [str(item.gold[0]) for item in items if item.meta.get("kind") == "text"]
    for item in items:
        if "kind" not in item.meta:
            yield "choice", lettered(item)
        elif (wrong := wrong_of(item.meta["kind"], item.gold, texts, draw)) is not None:
            kind = item.meta["kind"]
            yield kind, Case(item, written_as(kind, item.gold[0]), written_as(kind, wrong))


def lettered(item: Item) -> Case:
    """A question with options; the wrong answer is another one, of another text."""
    options = item.meta["options"]
    place = "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(item.gold)
    other = next(at for at in [*range(place + 1, len(options)), *range(place)] if options[at] != options[place])
    return Case(item, letter_values(options, place), letter_values(options, other))


def letter_values(options: Any, place: int) -> dict[str, str]:
    text = options[place]
    same = sum(spelled(option) == spelled(text) for option in options) > 1
    values = {"v": "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place], "t": text, "j": json.dumps(text)[1:-1]}
    words = text.split()
    if len(words) > 3:  # the last but one word left out
        values["o"] = " ".join(words[:-2] + words[-1:])
    return values if not same and len(text) > 1 else {"v": values["v"]}


def written_as(kind: str, gold: str) -> dict[str, str]:
    """The ways to write an answer."""
    values = {"v": gold}
    digits = gold.replace(",", "").lstrip("$")
    if kind == "number" and digits.lstrip("-").isdigit():
        number = int(digits)
        values |= {"d": f"{number}.00", "c": f"{number:,}", "s": f"{number:,}".replace(",", "\u202f")}
        values["m"] = f"minus {-number}" if number < 0 else f"{number}"
        if 0 <= number < 100:
            values["w"] = in_words(number)
    return values


def in_words(number: int) -> str:
    """A number below a hundred in words."""
    if number < 20:
        return SMALL[number]
    return TENS[number // 10 - 2] + (f"-{SMALL[number % 10]}" if number % 10 else "")


def wrong_of(kind: str, golds: list[str], texts: list[str], draw: Random) -> str | None:
    """A wrong answer of the same kind."""
    gold = golds[0]
    if kind == "number":
        plain = gold.replace(",", "").strip("$%")
        return str(int(plain) + 1) if plain.lstrip("-").isdigit() else f"1{plain.lstrip('-')}"
    if kind == "bool":
        return {"yes": "no", "no": "yes", "true": "false", "false": "true", "maybe": "yes"}[gold.lower()].capitalize()
    if kind == "option":
        return "B" if "A" in gold.upper() else "A"
    if kind == "latex":
        return f"{gold}+1"
    if kind in ("list", "set"):
        return f"{gold[0]}7, {gold[1:]}"
    if kind == "interval":
        return gold.translate(str.maketrans("[](){}", "()[]{}"))
    if kind == "date":
        return "1 January 1901"
    known = {spelled(text) for text in golds}
    others = [text for text in texts if spelled(text) not in known]
    return draw.choice(others) if others else None


def replies(items: Sequence[Item], task: Any) -> Iterator[tuple[str, str, str, str]]:
    """For each reply: the kind of its answer, its style, how it was read, and the reply itself.

    A right answer is read as `right`, `wrong` or `none`; a wrong one is only told of where it is `WRONG AS RIGHT`.
    """
    for kind, case in cases(items, Random(0)):
        for name, style in styles_of(kind).items():
            right, wrong = style(case.right), style(case.wrong)
            if right is not None:
                scored = task.grade(case.item, right) == 1.0
                yield (
                    kind,
                    name,
                    "right" if scored else "none" if task.read(case.item, right) is None else "wrong",
                    right,
                )
            if wrong is not None and task.grade(case.item, wrong) == 1.0:
                yield kind, name, "WRONG AS RIGHT", wrong


def misread(items: Sequence[Item], task: Any) -> list[str]:
    """The replies that were not read as they were meant."""
    return [f"[{kind}, {name}] {how}: {text}" for kind, name, how, text in replies(items, task) if how != "right"]
