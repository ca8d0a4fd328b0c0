"""Makes the pocket models from nothing: each after its parent, two at a time, resumable."""

from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from ...agents.errors import UnknownName
from .dialogues import NEEDED, Prompts
from .recipes import RECIPES
from .workshop import Workshop

WORKERS = 2


def train(  # noqa: PLR0913 -- the parameters are the options of the trainer
    out: Path,
    prompts: Prompts,
    *,
    only: tuple[str, ...] = (),
    seed: int = 0,
    device: str = "auto",
    scale: float = 1.0,
    items: int = 300,
) -> list[str]:
    """Make all models, or these and their parents, in a folder; the names of those made now.

    `prompts` are the protocols' prompt classes by name, such as `text/debate.Revise`. `scale`
    multiplies all numbers of steps, to try the whole in seconds; `items` problems of each skill are
    measured for a card. What is there already, made in just this way, is not made again, and what was
    interrupted goes on from its last state. Raises `UnknownName` for a model without a recipe, or a
    prompt that is missing.
    """
    for name in only:
        if name not in RECIPES:
            raise UnknownName("pocket model", name, RECIPES)
    for name in NEEDED:
        if name not in prompts:
            raise UnknownName("prompt", name, prompts, where="pocket training")
    workshop = Workshop(out, {name: prompts[name] for name in NEEDED}, seed, device, scale, items)
    wanted = {*(only or RECIPES), *(RECIPES[name].parent for name in only or RECIPES)}
    return _in_processes(workshop, [name for name in RECIPES if name in wanted and not workshop.has(name)])


def _in_processes(workshop: Workshop, waiting: list[str]) -> list[str]:
    """Start each model as soon as its parent is made."""
    made: list[str] = []
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as workers:
        under_way: dict[Future[None], str] = {}
        while waiting or under_way:
            missing = {*waiting, *under_way.values()}
            ready = [name for name in waiting if RECIPES[name].parent not in missing]
            waiting = [name for name in waiting if name not in ready]
            under_way |= {workers.submit(workshop.make, name): name for name in ready}
            for finished in wait(under_way, return_when=FIRST_COMPLETED).done:
                finished.result()
                made.append(under_way.pop(finished))
    return made
