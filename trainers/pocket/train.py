"""Trains the pocket models from scratch: each after its parent, two at a time, resumable."""

from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from ...agents.dialogue.prompts import Speak
from ...agents.errors import UnknownName
from .dialogues import NEEDED, SPEAK, Prompts
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
    """Train all models, or these and their parents, into a folder; returns the names of those trained now.

    `prompts` are the protocols' prompt classes by name, such as `text/debate.Revise`. `scale` multiplies all numbers of
    steps, to try the whole in seconds; a card measures `items` problems of each skill. A model that exists with the
    same hash is skipped, and an interrupted one resumes from its last checkpoint. Raises `UnknownName` for a model
    without a recipe, or a missing prompt.
    """
    for name in only:
        if name not in RECIPES:
            raise UnknownName("pocket model", name, RECIPES)
    for name in NEEDED:
        if name not in prompts:
            raise UnknownName("prompt", name, prompts, where="pocket training")
    workshop = Workshop(out, {name: prompts[name] for name in NEEDED} | {SPEAK: Speak}, seed, device, scale, items)
    wanted = {*(only or RECIPES), *(RECIPES[name].parent for name in only or RECIPES)}
    return _in_processes(workshop, [name for name in RECIPES if name in wanted and not workshop.has(name)])


def _in_processes(workshop: Workshop, waiting: list[str]) -> list[str]:
    """Train models in worker processes, each as soon as its parent is done."""
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
