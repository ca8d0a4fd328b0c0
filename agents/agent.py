"""An agent: it owns its state and handles one message at a time."""

from collections.abc import Awaitable, Callable, Mapping
from inspect import iscoroutinefunction, signature
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar, get_type_hints

from .errors import BadHandler, CannotHandle
from .judging import named_labels
from .message import Answer, Assess, Choice, Choose, Message, Received, Request, Reward, Turn
from .models.base import Nested, Scorer, Stepper, Writer

if TYPE_CHECKING:
    from .run import Run

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

    Dispatch follows the message's base classes, so a handler of `Message` hears everything. An agent
    with state overrides `save` and `load`.
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
        """What has to be kept to go on later, as JSON-able data."""
        return {}

    def load(self, state: State) -> None:
        """Go on from what `save` returned."""
        if state:
            raise BadHandler(
                f"{self.name} ({type(self).__name__}): got a state but keeps none. Override save and load."
            )


class LMAgent(Agent):
    """An agent that answers prompts with a language model, or scores answers with a reward model.

    A persona is put before every prompt as a system turn. What other agents say is kept in `heard`.
    """

    def __init__(self, name: str, model: Writer, persona: str = "", run: "Run | None" = None) -> None:
        super().__init__(name)
        self.model = model
        self.run = run
        self.system = (Turn(role="system", text=persona),) if persona else ()
        self.heard: list[Answer] = []

    @handles
    async def answer(self, request: Request) -> Answer:
        """Write the answer to a prompt."""
        model = self.model
        if isinstance(model, Nested) and self.run is not None:
            model = model.within(self.run, request.place)
        return await model.write((*self.system, *request.prompt.turns()), request.sampling)

    @handles
    async def choose(self, choose: Choose) -> Choice:
        """Rank the labels: by their log-probability, or by what the model writes where it shows none."""
        turns = (*self.system, *choose.prompt.turns())
        if isinstance(self.model, Stepper):
            return await self.model.choose(turns, choose.labels)
        said = await self.model.write(turns, choose.sampling)
        return Choice(labels=choose.labels, named=named_labels(said.text, choose.labels), usage=said.usage)

    @handles
    async def assess(self, assess: Assess) -> Reward:
        """Score an answer to a prompt. Raises `CannotHandle` unless the model is a reward model."""
        if not isinstance(self.model, Scorer):
            raise CannotHandle(f"{self.name}: is no reward model. Use one, pocket:reward or reward:FOLDER for example.")
        said = Turn(role="assistant", text=assess.answer)
        return await self.model.score((*self.system, *assess.prompt.turns(), said))

    @handles
    async def hear(self, said: Answer) -> Received:
        """Take note of what another agent said."""
        self.heard.append(said)
        return Received()

    def save(self) -> State:
        """What it heard."""
        return {"heard": [answer.model_dump(mode="json") for answer in self.heard]}

    def load(self, state: State) -> None:
        """Hear it again."""
        self.heard = [Answer.model_validate(answer) for answer in state["heard"]]
