"""The process of the program under test: gets arguments as data, calls the function, sends the result as data."""

from typing import Any

from .lines import Ended, Lines
from .program import CannotLoad, entry_of, loaded, said
from .values import pack, unpack


class Serving:
    """A loaded program that answers calls. Objects that are no data stay here, by number.

    >>> Serving("def f(x): return x + 1", "f").called({"arguments": [2], "keywords": {"$": "dict", "v": []}})
    {'result': 3}
    """

    def __init__(self, code: str, entry: str) -> None:
        self.module = loaded(code)
        self.function = entry_of(self.module, entry)
        self.kept: list[Any] = []

    def called(self, request: dict[str, Any]) -> dict[str, Any]:
        """The result of a call, or what it raised; and its arguments where it changed them."""
        try:
            arguments = unpack(request["arguments"], self.resolve)
            keywords = unpack(request["keywords"], self.resolve)
            result = self.function(*arguments, **keywords)
            reply = {"result": pack(result, self.keep)}
            after = pack(arguments, self.keep)
        except BaseException as error:  # noqa: BLE001 - whatever a program raises
            names = [one.__name__ for one in type(error).__mro__]
            return {"raised": names, "message": said(error).removeprefix(f"{names[0]}: ")}
        return reply if after == request["arguments"] else {**reply, "arguments": after}

    def keep(self, value: Any) -> int:  # noqa: ANN401
        """The number of an object that is no data."""
        self.kept.append(value)
        return len(self.kept) - 1

    def resolve(self, tag: str, parts: Any) -> Any:  # noqa: ANN401
        """An object by its number, or a name of the program, called where there are arguments."""
        if tag == "object":
            return self.kept[parts[1]]
        name, arguments = parts
        found = getattr(self.module, name)
        return found if arguments is None else found(*unpack(arguments, self.resolve))


def serve(payload: dict[str, Any], lines: Lines) -> None:
    """Load the program of `code` and answer calls of its `entry` until nobody asks any more."""
    lines.send({"started": True})  # what ends it from now on is its own doing
    try:
        serving = Serving(payload["code"], payload["entry"])
    except CannotLoad as error:
        lines.send({"failed": error.verdict, "message": str(error)})
        return
    lines.send({"ready": True})
    while True:
        try:
            request = lines.receive()
        except Ended:
            return
        lines.send(serving.called(request))
