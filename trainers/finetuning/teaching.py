"""Training a member on completions: what it should write after a prompt, by its own chat template (SFT)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from ...agents import Team
from ...agents.errors import PromptTooLong
from ...agents.roles import with_roles
from .distillation import Lesson, sequences
from .pupil import Pupil, models_of
from .sequence import TrainingSequence
from .settings import Lora, SupervisedSettings

if TYPE_CHECKING:
    from .policy import Policy
    from .trained import Trained


class Teaching(NamedTuple):
    """A training of one member on lessons, with the loss on the tokens of the completions and their ends.

    Lessons that do not fit in the member's context are left out.

    >>> Teaching((), SupervisedSettings()).settings.batch
    16
    """

    lessons: Sequence[Lesson]
    settings: SupervisedSettings
    personas: Mapping[str, str] = {}

    async def __call__(self, pupil: Pupil, member: str, out: Path, *, lora: Lora | None = None) -> Pupil:
        """The member after it, told what `member` is; as it was without lessons. Raises what `Pupil.after` raises."""
        train = partial(self._train, self.personas.get(member, ""))
        return await pupil.after(train, out, lora=lora, seed=self.settings.seed)

    async def _train(self, persona: str, policy: "Policy", out: Path) -> "Trained | None":
        from .supervised import sft

        rows: list[TrainingSequence] = []
        for lesson in self.lessons:
            with suppress(PromptTooLong):
                rows += sequences(policy.model, [lesson], persona)
        return await sft(policy, rows, self.settings, out=out) if rows else None


class Role(NamedTuple):
    """A role of a team: the member whose copy plays it, and what the copy is taught.

    >>> Role("judge", ()).member
    'judge'
    """

    member: str
    lessons: Sequence[Lesson]


async def with_taught(
    team: Team[Any], roles: Mapping[str, Role], settings: SupervisedSettings, lora: Lora | None = None
) -> dict[str, Team[Any]]:
    """The team with copies of members in these roles: `untrained` and `trained`. Raises what `Pupil.after` raises."""
    before = {name: Pupil.of(name, team.models[role.member]) for name, role in roles.items()}
    after = {}
    with TemporaryDirectory() as folder:
        for name, role in roles.items():
            train = Teaching(role.lessons, settings, team.context.personas)
            after[name] = await train(before[name], role.member, Path(folder) / name, lora=lora)
    told = {name: role.member for name, role in roles.items()}
    return {
        kind: with_roles(team, {**team.models, **models_of(pupils)}, told)
        for kind, pupils in (("untrained", before), ("trained", after))
    }
