"""The base class of agents: typed message handlers, and state that can be saved and restored."""

from collections.abc import Awaitable, Callable, Mapping
from inspect import iscoroutinefunction, signature
from typing import Any, ClassVar, TypeAlias, TypeVar, get_type_hints

from .errors import BadHandler, CannotHandle
from .message import Message

Handler: TypeAlias = Callable[[Any, Any], Awaitable[Message]]
State: TypeAlias = Mapping[str, Any]
H = TypeVar("H", bound=Handler)


def handles(method: H) -> H:
    """Mark a method as the handler of the message type in its signature."""
    method.__dict__["handles"] = True
    return method


def message_type(cls: type, name: str) -> type[Message]:
    """The message type a handler is annotated with. Raises `BadHandler` and names the handler."""
    method = vars(cls)[name]
    parameters = list(signature(method).parameters)
    wanted = get_type_hints(method).get(parameters[1]) if len(parameters) == 2 else None
    if not iscoroutinefunction(method) or not (isinstance(wanted, type) and issubclass(wanted, Message)):
        raise BadHandler(f"{cls.__name__}.{name}: not a handler. Write `async def {name}(self, message: M) -> Reply`.")
    return wanted


class Agent:
    """Base of all agents. Subclasses add methods marked with @handles, one per message type.

    Dispatch follows the message's base classes, so a handler of `Message` handles every message. An agent with state
    overrides `save` and `load`.

    >>> import asyncio
    >>> from symposia.agents import Answer, Ask
    >>> class Echo(Agent):
    ...     @handles
    ...     async def answer(self, ask: Ask) -> Answer:
    ...         return Answer(text=ask.text)
    >>> asyncio.run(Echo("amber").receive(Ask(text="hello"))).text
    'hello'
    """

    accepts: ClassVar[Mapping[type[Message], str]] = {}

    def __init_subclass__(cls) -> None:
        own = [(message_type(cls, name), name) for name, f in vars(cls).items() if hasattr(f, "handles")]
        for kind, name in own:
            if twice := [other for k, other in own if k is kind and other != name]:
                raise BadHandler(f"{cls.__name__}: {name} and {twice[0]} both handle {kind.__name__}. Keep one.")
        cls.accepts = {**cls.accepts, **dict(own)}

    def __init__(self, name: str) -> None:
        self.name = name

    async def receive(self, message: Message) -> Message:
        """Handle a message and return the reply. Raises `CannotHandle` if no handler fits."""
        for base in type(message).__mro__:
            if base in self.accepts:
                reply: Message = await getattr(self, self.accepts[base])(message)
                return reply
        can = ", ".join(sorted(kind.__name__ for kind in self.accepts)) or "nothing"
        raise CannotHandle(
            f"{self.name} ({type(self).__name__}): no handler for {type(message).__name__}. Handles: {can}."
        )

    def save(self) -> State:
        """The agent's state as JSON-able data."""
        return {}

    def load(self, state: State) -> None:
        """Restore the state that `save` returned. Raises `BadHandler` for one that the class does not keep."""
        if state:
            raise BadHandler(
                f"{self.name} ({type(self).__name__}): got a state but keeps none. Override save and load."
            )
