"""Blackboard: members take turns to plan, work, criticise or conclude on a shared board, then vote on the conclusions.

    for turn = 1 .. turns, until `stop` members stand by a conclusion:
        for the `act` members that are idle longest, who all read the board as it was before this turn:
            action = LM_i chooses from plan, execute, critique, finish;   board += LM_i(question, board, action)
    who has not concluded when the turns end does so;   return the conclusion that most members vote for

MoCo's text_bbmas; cf. Han et al. 2025, https://arxiv.org/abs/2507.01701. What differs: members act by their own
models (MoCo: the best on dev plays all), in a drawn order, round after round; an action is a choice, not a phrase that
is looked for, so that quoting it stops nothing; a conclusion stands until its author acts otherwise; what cannot be
read as one action is an entry nobody sees, as one vote an abstention; no conclusion is lost at the last turn.
"""

from collections import Counter
from collections.abc import Mapping
from random import Random

from ...agents import Answer, Ask, Team, Writer
from ...agents.about import about
from ...agents.aggregation import numbered
from ...agents.board import ACTIONS, Action, Entry, drawn, standing
from ...agents.concurrency import gather
from ...agents.labels import numerals
from ...agents.options import takes
from ...agents.voting import vote
from .messages.blackboard import Act, Select, Vote
from .options.blackboard import Options


@takes(Options)
async def answer(team: Team[Writer], question: Ask, options: Options) -> Answer:
    """The conclusion that most vote for, the earlier of equals; without a vote where all conclude the same."""
    board: list[Entry] = []
    idle = Random(team.seed("order of the members")).sample(team.names, len(team))
    for turn in range(1, options.turns + 1):
        acting, idle = idle[: options.act], idle[options.act :] + idle[: options.act]
        board += await _acted(team, question, board, options, dict.fromkeys(acting), turn)
        if len(standing(board)) >= options.stop:
            team.stop("consensus")
            break
    else:
        late: dict[str, Action | None] = {name: "finish" for name in team if name not in standing(board)}
        board += await _acted(team, question, board, options, late, options.turns + 1)
    return await _elected(team, question, board, options)


async def _acted(
    team: Team[Writer],
    question: Ask,
    board: list[Entry],
    options: Options,
    forced: Mapping[str, Action | None],
    turn: int,
) -> list[Entry]:
    """The entries of a turn: of each of these members, the forced action or one that it chooses."""
    shown = drawn(board, options.shown)

    async def entry(name: str) -> tuple[Action, Answer | None]:
        action = forced[name] or await _selected(team, name, question, shown, options.retries)
        if action == "invalid":
            return action, None
        form = question.form if action == "finish" else ""
        act = about(question, Act, board=shown, task=ACTIONS[action], form=form)
        return action, await team.ask(name, act)

    said = await gather({name: entry(name) for name in forced})
    return [
        Entry(number=number, turn=turn, author=name, action=action, answer=text)
        for number, (name, (action, text)) in enumerate(said.items(), len(board) + 1)
    ]


async def _selected(team: Team[Writer], name: str, question: Ask, shown: str, retries: int) -> Action:
    """The action that a member chooses, or `invalid`; there is nothing to criticise on an empty board."""
    labels: list[Action] = [action for action in ACTIONS if action != "critique" or shown != drawn([])]
    select = about(question, Select, board=shown, actions=", ".join(labels))
    for _ in range(1 + retries):
        index = vote(await team.choose(name, select, labels))
        if index is not None:
            return labels[index]
    return "invalid"


async def _elected(team: Team[Writer], question: Ask, board: list[Entry], options: Options) -> Answer:
    """The conclusion with most votes; those that are read alike are one."""
    unlike: dict[str | tuple[str], Answer] = {}
    for author, one in standing(board).items():
        unlike.setdefault(team.read(one.text) or (author,), one)
    conclusions = list(unlike.values())
    if len(conclusions) == 1:
        return conclusions[0]
    listed = numbered(one.text for one in conclusions)
    prompt = about(question, Vote, board=drawn(board, options.shown), conclusions=listed)
    choices = await gather({name: team.choose(name, prompt, numerals(len(conclusions))) for name in team})
    votes = Counter(index for choice in choices.values() if (index := vote(choice)) is not None)
    return conclusions[max(range(len(conclusions)), key=lambda index: votes[index])]
