"""The library that makes the calls: loaded with the first model, quiet, talking to nobody else."""

import asyncio
import subprocess
import sys

from symposia.tests.support.server import Server, said

ALONE = """
import asyncio, sys
from symposia.agents.message import Turn
from symposia.agents.models.api import Api

heavy = {"litellm", "openai", "torch", "httpx"} & set(sys.modules)
called = []
sys.addaudithook(lambda event, args: called.append(args[1]) if event == "socket.connect" else None)
asked = Api("openai/m", base_url=sys.argv[1]).write((Turn(role="user", text="2 + 2?"),))
print(asyncio.run(asked).text, heavy or "light", {address for address in called if isinstance(address, tuple)})
"""


async def test_a_call_loads_litellm_late_says_nothing_and_connects_to_nobody_else() -> None:
    with Server(said("4")) as server:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ALONE, server.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, errors = await child.communicate()
        port = int(server.url.split(":")[2].removesuffix("/v1"))
    assert (out.decode(), errors.decode()) == (f"4 light {{('127.0.0.1', {port})}}\n", "")


READY = """
import asyncio, sys
from symposia.agents.message import Turn
from symposia.agents.models.api import Api

model = Api("openai/m", base_url=sys.argv[1])
before = set(sys.modules)
asyncio.run(model.write((Turn(role="user", text="2 + 2?"),)))
print(len(set(sys.modules) - before))
"""


def test_a_model_is_ready_for_its_first_call_when_it_is_made() -> None:
    with Server(said("4")) as server:
        done = subprocess.run([sys.executable, "-c", READY, server.url], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 20  # of some three thousand; imports of seconds are not among them
