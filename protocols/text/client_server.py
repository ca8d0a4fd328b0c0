"""CoLM: strong servers guide a light client.

    S      = the top_k servers in the selector's eyes, or all of them
    a_s    = LM_s(question)                          s in S
    c      = LM_client(question)
    repeat `iterations` times:
        g   = LM_summarizer(question, {a_s})         the guidance
        c   = LM_client(question, c, g)              the client revises under guidance
        a_s = LM_s(question, a_s, g)                 and so do the servers that refine
    return c             or before all this, with `guide: unsure`, c where the client is sure of it

After the code of CoLM, whose `iterations` and `top_k` are 2. What differs: the client is a model of its
own, where that code has peers only and returns all of their answers; a revision is shown its own earlier
answer; a selector that shows distributions ranks the closed set of servers, and one that writes is read
strictly. `refine="all"` is that code's behaviour: servers that were not selected join in from the summary.
With `guide: unsure` the client answers `samples` times and is guided only where fewer than `agreed` of these are its
most frequent answer, or none can be read; the servers then cost as much as always, and the client a few calls more.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from pydantic import Field

from ...agents import Answer, Ask, Prompt, Team, Writer
from ...agents.confidence import Measure
from ...agents.errors import BadScenario
from ...agents.labels import numbered
from ...agents.members import check_members
from ...agents.options import ProtocolOptions, takes

Refine: TypeAlias = Literal["none", "selected", "all"]


class Select(Prompt):
    """Asks the selector for the number of the server that is best suited.

    >>> Select(question="2 + 2?", candidates="1. amber: sums").render().splitlines()[6]
    '1. amber: sums'
    """

    question: str
    candidates: str
    template = """\
You choose who is best suited to answer a question.

Question:
{question}

Candidates:
{candidates}

Reply with the number of one candidate and nothing else."""


class Summarize(Prompt):
    """Asks the summarizer to condense several answers into guidance.

    >>> Summarize(question="2 + 2?", answers="- amber: 4").render().splitlines()[6]
    '- amber: 4'
    """

    question: str
    answers: str
    template = """\
Several assistants answered a question.

Question:
{question}

Answers:
{answers}

Condense them: keep what is right, drop what is repeated."""


class Guided(Prompt):
    """Asks a model to improve its answer by guidance.

    >>> guided(Ask(text="2 + 2?"), Answer(text="5"), "It is even.").render().splitlines()[2:4]
    ['Your answer was: 5', 'Guidance from stronger models: It is even.']
    """

    question: str
    own: str
    guidance: str
    form: str
    template = """\
{question}

Your answer was: {own}
Guidance from stronger models: {guidance}

Give your improved answer.
{form}"""


class Options(ProtocolOptions):
    """The roles of members, and the number of servers and revisions.

    >>> Options.given({"top_k": 0}, where="text/client_server")
    Traceback (most recent call last):
    symposia.agents.errors.BadScenario: text/client_server.top_k: input should be greater than or equal to 1, not 0.
    """

    client: str | None = Field(None, description="The member that is guided, by default the first.")
    selector: str | None = Field(None, description="The member that selects servers, by default the client.")
    summarizer: str | None = Field(None, description="The member that writes the guidance, by default the client.")
    descriptions: Mapping[str, str] | None = Field(None, description="What each server is good at.")
    use_selection: bool = Field(True, description="Ask the selected servers, or all of them.")
    top_k: int = Field(2, ge=1, description="The number of servers that are selected.")
    iterations: int = Field(2, ge=0, le=1000, description="The number of revisions of the client under guidance.")
    refine: Refine = Field("none", description="Which servers revise too.")
    guide: Literal["always", "unsure"] = Field("always", description="Guide the client, or only where it is not sure.")
    samples: int = Field(3, ge=1, le=100, description="With `guide: unsure`: the client's answers.")
    agreed: float = Field(1.0, ge=0, le=1, description="With `guide: unsure`: the share of them that makes it sure.")
    temperature: float = Field(0.7, gt=0, description="With `guide: unsure`: their temperature.")

    def check(self, members: tuple[str, ...]) -> None:
        """Raise `UnknownName` for a role of a non-member, `BadScenario` where too few members are servers."""
        check_members(members, (self.client, self.selector, self.summarizer, *(self.descriptions or {})))
        servers = self.servers(members)
        if not servers:
            raise BadScenario("text/client_server: no member is a server. Add one that has no other role.")
        if self.use_selection:
            self.check_most("top_k", len(servers), "servers", where="text/client_server")

    def servers(self, members: Iterable[str]) -> list[str]:
        """The members without another role."""
        first, *_ = members = list(members)
        return [name for name in members if name not in (self.client or first, self.selector, self.summarizer)]


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The client's last answer.

    The client is the first member by default, and also selects and summarizes unless others are named. All other
    members are servers; `descriptions` tell the selector what each is good at.
    """
    client = team.named(options.client, default=team.names[0])
    selector = team.named(options.selector, default=client)
    summarizer = team.named(options.summarizer, default=client)
    servers = options.servers(team)
    own: dict[str, Answer] = {}
    if options.guide == "unsure":
        sampling = Measure("agreement", samples=options.samples, temperature=options.temperature)
        first, sureness = await sampling.ask(team, client, question)
        if sureness >= options.agreed and team.read(first.text) is not None:
            team.stop("consensus")
            return first
        own = {client: first}
    chosen = servers
    if options.use_selection:
        described = {name: (options.descriptions or {}).get(name, "") for name in servers}
        chosen = (await select(team, selector, question, described))[: options.top_k]
    said = own | await team.ask_each(dict.fromkeys((*(() if own else (client,)), *chosen), question))
    refining = {"none": [], "selected": chosen, "all": servers}[options.refine]
    for _ in range(options.iterations):
        answers = "\n".join(f"- {name}: {said[name].text}" for name in servers if name in said)
        summarize = Summarize(question=question.text, answers=answers, images=question.images)
        guidance = (await team.ask(summarizer, summarize)).text
        said |= await team.ask_each({name: guided(question, said.get(name), guidance) for name in (client, *refining)})
    return said[client]


def guided(question: Ask, own: Answer | None, guidance: str) -> Guided:
    """The prompt for a revision under guidance; `own` is None for a model that has not answered yet."""
    return Guided(
        question=question.text,
        own=own.text if own else "(none yet)",
        guidance=guidance,
        form=question.form,
        images=question.images,
    )


async def select(team: Team[Writer], selector: str, question: Ask, servers: Mapping[str, str]) -> list[str]:
    """The names of the servers, best suited first; in the order given if the selector names none."""
    labels = [str(number) for number in range(1, len(servers) + 1)]
    candidates = numbered(list(servers.items()))
    prompt = Select(question=question.text, candidates=candidates, images=question.images)
    choice = await team.choose(selector, prompt, labels)
    names = list(servers)
    return [names[index] for index in choice.ranking] or names
