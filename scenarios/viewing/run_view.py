"""A run directory as the page shows it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ...agents.frozen import Frozen
from ...evaluators.sample import Sample
from ..reporting.untrusted import plain
from ..running.run_directory import REPORT, TRACE, read_about
from .columns import Columns, Reader, root_of
from .lines import events_of
from .pieces import Pieces, tokenizers_of
from .rightness import rightness_of
from .samples import samples_of
from .search import Search, read, search_of, tried_of
from .texts import Texts
from .timings import timings_of
from .trainings import TrainingView, trainings_of
from .written import Written


class Asked(Frozen):
    """A question of a run: its place, and, where it is finished, its sample. Texts are by number.

    >>> Asked(place="test/0").score is None
    True
    """

    place: str
    id: str = ""
    question: int = -1
    gold: int = -1
    output: int = -1
    parsed: bool = True
    score: float | None = None
    why: str = ""
    stop: str = ""
    tokens: int = 0
    calls: int = 0
    seconds: float = 0.0
    group: str = ""


class RunView(Frozen):
    """A run. `places` are where messages were sent, `roots` the questions they belong to, by index of `questions`.

    `report` is that of report.json, `stops` the number of test questions by their reason to stop. `costs` are of few
    events, by number, `timings` of requests: seconds in the queue, in reading the prompt, in writing.

    >>> RunView(name="runs/debate", directory="runs/debate").columns.place
    []
    """

    name: str
    directory: str
    finished: bool = False
    protocol: str = ""
    task: str = ""
    models: Mapping[str, str] = {}
    agents: Sequence[str] = ()
    arrows: Sequence[tuple[str, str]] = ()
    places: Sequence[str] = ()
    roots: Sequence[int] = ()
    kinds: Sequence[str] = ()
    bys: Sequence[str] = ()
    finishes: Sequence[str] = ()
    groups: Sequence[Sequence[str]] = ((),)
    questions: Sequence[Asked] = ()
    stops: Mapping[str, int] = {}
    report: Mapping[str, Any] = {}
    budget: Mapping[str, float] = {}
    columns: Columns = Columns()
    costs: Mapping[int, float] = {}
    timings: Mapping[int, tuple[float, float, float]] = {}
    search: Search | None = None
    trainings: Sequence[TrainingView] = ()


class Opened(NamedTuple):
    """A run's view with what is paged: its texts, and tokens and notes by event.

    >>> Opened(RunView(name="", directory=""), Texts(), {}, {}).view.finished
    False
    """

    view: RunView
    texts: Texts
    tokens: dict[int, Written]
    notes: dict[int, dict[str, str]]


def opened(directory: Path) -> Opened:
    """The view of a run directory, finished, running or not begun, or of a training's. Raises `BadTrace`, `BadData`."""
    scenario, texts = scenario_of(directory), Texts()
    trainings = trainings_of(directory)
    samples = samples_of(directory)
    models = models_of(scenario)
    folder = Path(str(read_about(directory).get("folder", directory)))
    reader = Reader(texts, rightness_of(directory, scenario, samples), Pieces(tokenizers_of(models, folder)))
    if (directory / TRACE).is_file():
        reader.read(events_of(directory / TRACE))
    view = RunView(
        name=plain(str(directory)),
        directory=plain(str(directory.resolve())),
        finished=(directory / REPORT).is_file(),
        protocol=plain(str(scenario.get("protocol", {}).get("use", ""))),
        task=plain(str(scenario.get("task", {}).get("use", ""))),
        models=models,
        arrows=arrows_of(scenario),
        report=safe(read(directory / REPORT)),
        budget=scenario.get("budget") or {},
        stops=dict(Counter(one.stop for place, one in samples.items() if place.startswith("test/"))),
        search=search_of(
            directory, prepared_of(scenario, folder), tried_of(reader.columns, reader.names["place"].listed())
        ),
        trainings=trainings,
        timings=timings_of(directory, reader.requests),
        **of_events(reader, samples, texts),
    )
    return Opened(view, texts, reader.tokens, reader.notes)


def of_events(reader: Reader, samples: Mapping[str, Sample], texts: Texts) -> dict[str, Any]:
    """The fields that come of the events, and of samples, which may have none where a run was answered before."""
    places = reader.names["place"].listed()
    asked = list(dict.fromkeys([*map(root_of, places), *samples]))
    number = {place: index for index, place in enumerate(asked)}
    return {
        "places": places,
        "roots": [number[root_of(place)] for place in places],
        "agents": reader.names["agent"].listed(),
        "kinds": reader.names["kind"].listed(),
        "bys": reader.names["by"].listed(),
        "finishes": reader.names["finish"].listed(),
        "groups": [list(map(plain, group)) for group in reader.groups],
        "questions": [question_of(place, samples.get(place), texts) for place in asked],
        "columns": reader.columns,
        "costs": reader.costs,
    }


def question_of(place: str, sample: Sample | None, texts: Texts) -> Asked:
    """A question, with its sample if it is finished."""
    if sample is None:
        return Asked(place=place)
    gold = sample.gold if isinstance(sample.gold, str) else "" if sample.gold is None else str(sample.gold)
    return Asked(
        place=place,
        id=plain(sample.id),
        question=texts.put(sample.question),
        gold=texts.put(gold),
        output=texts.put(sample.output),
        parsed=sample.score is None or sample.parsed is not None,
        score=sample.score,
        why=plain(sample.why or ""),
        stop=sample.stop,
        tokens=sample.usage.prompt_tokens + sample.usage.completion_tokens,
        calls=sample.usage.calls,
        seconds=round(sample.seconds, 5),
        group=plain(sample.group or ""),
    )


def scenario_of(directory: Path) -> dict[str, Any]:
    """The scenario of a run as plain data; empty where it is not there."""
    path = directory / "scenario.yaml"
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def prepared_of(scenario: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What a run took from `symposia prepare`, as plain JSON; empty where it prepared by itself."""
    path = scenario.get("prepared")
    return {} if path is None else safe(read(folder / str(path)))


def models_of(scenario: Mapping[str, Any]) -> dict[str, str]:
    """The models of a scenario by agent: of the team, of teams within it, and of those it is compared with."""
    found: dict[str, str] = {}
    for key in ("team", "against", "judges"):
        for member in scenario.get(key) or ():
            model = member.get("model")
            if isinstance(model, str):
                found[plain(str(member.get("name")))] = plain(model)
            elif isinstance(model, dict):
                found |= models_of(model)
    return found


def arrows_of(scenario: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The arrows of a scenario's topology; none where it has none, or draws it anew for each question."""
    from ...agents.errors import SymposiaError
    from ...topologies.specification import named

    wanted, names = scenario.get("topology"), [str(one.get("name")) for one in scenario.get("team") or ()]
    shape = wanted.get("shape", "") if isinstance(wanted, dict) else wanted
    if wanted is None or "." in str(shape):  # a shape of somebody's own is code, which is not run to look at it
        return []
    try:
        return list(named(wanted, names).arrows)
    except SymposiaError:
        return []


def safe(value: Any) -> Any:  # noqa: ANN401 - JSON
    """JSON whose texts are safe to show."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(key): safe(one) for key, one in value.items()}
    return [safe(one) for one in value] if isinstance(value, list) else value
