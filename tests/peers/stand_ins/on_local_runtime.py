"""A plug-in of pytest that puts our `LocalRuntime` where autogen's code says `SingleThreadedAgentRuntime`."""

from typing import Any

import autogen_agentchat.teams._group_chat._base_group_chat as group_chat
import autogen_core
import autogen_core._single_threaded_agent_runtime as theirs
from symposia.agents.runtime.local import LocalRuntime


class Runtime(LocalRuntime):
    """A local runtime that is made as autogen's is: handlers of interventions and tracers are not heard."""

    def __init__(self, **_unheard: Any) -> None:
        super().__init__()


for module in (autogen_core, theirs, group_chat):
    module.SingleThreadedAgentRuntime = Runtime  # type: ignore[attr-defined]
