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
"""

from collections.abc import Mapping

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import bulleted
from ...agents.confidence import Measure
from ...agents.labels import numbered, numerals
from ...agents.options import takes
from .messages.client_server import Guided, Select, Summarize
from .options.client_server import Options


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The client's last answer."""
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
        answers = bulleted(f"{name}: {said[name].text}" for name in servers if name in said)
        guidance = (await team.ask(summarizer, about(question, Summarize, answers=answers))).text
        earlier = {name: said[name].text if name in said else "(none yet)" for name in (client, *refining)}
        said |= await team.ask_each(
            {name: about(question, Guided, own=own, guidance=guidance) for name, own in earlier.items()}
        )
    return said[client]


async def select(team: Team[Writer], selector: str, question: Ask, servers: Mapping[str, str]) -> list[str]:
    """The names of the servers, best suited first; in the order given if the selector names none."""
    prompt = about(question, Select, candidates=numbered(list(servers.items())))
    choice = await team.choose(selector, prompt, numerals(len(servers)))
    names = list(servers)
    return [names[index] for index in choice.ranking] or names
