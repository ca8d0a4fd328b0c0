"""Models and dev splits that stand in for real ones."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import Any

from symposia.agents import Answer, Ask, Sampling, Team, Turn, Usage
from symposia.agents.collective import Collective
from symposia.agents.errors import CallFailed
from symposia.agents.models.base import GREEDY
from symposia.agents.objective import Answers, Graded


class Parrot:
    """Writes the last turn, and notes every call: the turns and the sampling."""

    def __init__(self) -> None:
        self.heard: list[tuple[tuple[Turn, ...], Sampling]] = []

    @property
    def calls(self) -> int:
        return len(self.heard)

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.heard.append((tuple(turns), sampling))
        return Answer(text=turns[-1].text, usage=Usage(calls=1))


class Gathering:
    """Answers with its own name and all names that it reads, as `<a><b>`, and notes the prompts."""

    def __init__(self, name: str, seconds: float = 0) -> None:
        self.name, self.seconds = name, seconds
        self.prompts: list[str] = []

    @property
    def calls(self) -> int:
        return len(self.prompts)

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.prompts.append(turns[-1].text)
        await asyncio.sleep(self.seconds)
        read = re.findall(r"<(\w+)>", turns[-1].text)
        text = "".join(f"<{name}>" for name in sorted({self.name, *read}))
        return Answer(text=text, usage=Usage(calls=1, completion_tokens=1))


class Seeded:
    """Writes the seed it was given."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        return Answer(text=str(sampling.seed))


class Failing:
    """Fails each time it is asked."""

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        raise ValueError("out of ink")


class Slow:
    """Takes its time, counts who asks and how many at once, and knows whether it was stopped."""

    def __init__(self, text: str = "late", seconds: float = 60) -> None:
        self.text, self.seconds = text, seconds
        self.calls = self.under_way = self.most = 0
        self.stopped = False

    async def write(self, turns: Sequence[Turn], sampling: Sampling = GREEDY) -> Answer:
        self.calls += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.stopped = True
            raise
        finally:
            self.under_way -= 1
        return Answer(text=self.text)


class Scoring:
    """How a dev split scores a team: as the one model that it is together."""

    async def __call__(self, team: Team[Any]) -> float:
        raise NotImplementedError

    async def score(self, team: Team[Any], answer: Answers, *, name: str) -> float:
        return await self(team.with_models({name: Collective(team, answer)}))


class KnownScores(Scoring):
    """A dev split that knows the score of each model by name, and what each answered."""

    def __init__(self, scores: Mapping[str, float], answers: Mapping[str, Sequence[Answer]] | None = None) -> None:
        self.scores = scores
        self.answers = answers or {}

    async def __call__(self, team: Team[Any]) -> float:
        return self.scores[team.names[0]]

    async def graded(self, team: Team[Any]) -> Sequence[Graded]:
        return [Graded(answer, 1.0) for answer in self.answers.get(team.names[0], ())]

    async def rank(self, team: Team[Any]) -> list[str]:
        return sorted(team, key=lambda name: -self.scores[name])


class Even:
    """A dev split of one question on which every team scores the same."""

    groups = (None,)
    bounds = (0.0, 1.0)

    async def __call__(self, team: Team[Any]) -> float:
        return 0.5

    async def graded(self, team: Team[Any], count: int | None = None) -> Sequence[Graded]:
        return [Graded(Answer(text="4"), 0.5)]

    async def rank(self, team: Team[Any]) -> list[str]:
        return list(team)


class Listed:
    """A dev split whose scores are known beforehand, None for what fails; notes how far it was asked."""

    bounds = (0.0, 1.0)

    def __init__(self, scores: Sequence[float | None], groups: Sequence[str | None] = ()) -> None:
        self.scores = scores
        self.groups = groups or [None] * len(scores)
        self.asked = 0

    async def __call__(self, team: Team[Any]) -> float:
        return fmean(score for score in self.scores if score is not None)

    async def graded(self, team: Team[Any], count: int | None = None) -> list[Graded]:
        self.asked = max(self.asked, len(self.scores) if count is None else count)
        said = [None if score is None else Answer(text="") for score in self.scores]
        return [Graded(*one) for one in zip(said, self.scores, strict=True)][:count]

    async def rank(self, team: Team[Any]) -> list[str]:
        return list(team)


class Tabled(Scoring):
    """A dev split of known questions, with the score of each member on each, None for what fails, and its tokens."""

    groups = ()
    bounds = (0.0, 1.0)

    def __init__(
        self,
        questions: Sequence[str],
        scores: Mapping[str, Sequence[float | None]],
        tokens: Mapping[str, int] | None = None,
    ) -> None:
        self.questions = [Ask(text=question) for question in questions]
        self.scores, self.tokens = scores, tokens or {}

    async def __call__(self, team: Team[Any]) -> float:
        return fmean(score for score in self.scores[team.names[0]] if score is not None)

    async def graded(self, team: Team[Any], count: int | None = None) -> list[Graded]:
        usage = Usage(calls=1, completion_tokens=self.tokens.get(team.names[0], 0))
        said = Answer(text="", usage=usage)
        return [Graded(None if score is None else said, score) for score in self.scores[team.names[0]]][:count]

    async def rank(self, team: Team[Any]) -> list[str]:
        scores = {name: await self(team.only([name])) for name in team}
        return sorted(team, key=lambda name: -scores[name])


class ByText(Scoring):
    """A dev split whose scores depend on what is said; None for what cannot be scored. It notes what it graded."""

    bounds = (0.0, 1.0)

    def __init__(self, questions: Sequence[str], scores: Callable[[str], float | None]) -> None:
        self.questions = [Ask(text=question) for question in questions]
        self.groups = [None] * len(questions)
        self.scores = scores
        self.graded_texts: list[tuple[int, str]] = []

    async def __call__(self, team: Team[Any]) -> float:
        return fmean(one.score for one in await self.graded(team) if one.score is not None)

    async def graded(self, team: Team[Any], count: int | None = None) -> list[Graded]:
        (model,) = team.models.values()
        asked = [self._one(model, at, question) for at, question in enumerate(self.questions[:count])]
        return list(await asyncio.gather(*asked))

    async def rank(self, team: Team[Any]) -> list[str]:
        scores = {name: await self(team.only([name])) for name in team}
        return sorted(team, key=lambda name: -scores[name])

    async def _one(self, model: Any, position: int, question: Ask) -> Graded:
        try:
            said = await model.write([Turn("user", question.render())])
        except CallFailed as error:
            return Graded(None, None, why=str(error))
        self.graded_texts.append((position, said.text))
        return Graded(said, self.scores(said.text))
