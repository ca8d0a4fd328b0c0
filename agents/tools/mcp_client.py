"""Tools of MCP servers, by the library `mcp`."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from ..errors import CallFailed, MissingCapability, ModelUnavailable, UnknownName
from ..parts import Tool
from .messages import ToolFailed

if TYPE_CHECKING:
    from mcp import Client

MOST: Final = 1000
"""The most tools of one server."""


class McpTool:
    """A tool of a server that is connected; see `mcp_tools`.

    >>> McpTool(None, "text.upper", Tool(name="text_upper")).tool.name
    'text_upper'
    """

    def __init__(self, client: "Client", name: str, tool: Tool) -> None:
        self._client = client
        self._name = name
        self.tool = tool

    async def call(self, arguments: Mapping[str, Any]) -> str:
        """The text of its result. Raises `ToolFailed` for an error of the tool, `CallFailed` for a lost server."""
        from mcp import MCPError
        from mcp_types import CONNECTION_CLOSED

        try:
            found = await self._client.call_tool(self._name, dict(arguments))
        except MCPError as error:
            if error.error.code == CONNECTION_CLOSED:
                raise CallFailed(f"{self.tool.name}: the connection to its server is lost. Start it again.") from None
            raise ToolFailed(f"{self.tool.name}: {error.error.message}") from None
        text = text_of(found)
        if found.is_error:
            raise ToolFailed(text)
        return text


@asynccontextmanager
async def mcp_tools(
    server: str | Sequence[str] | Any,  # noqa: ANN401 - a server of the library, in this process
    *,
    only: Collection[str] | None = None,
    headers: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[list[McpTool]]:
    """A context manager: the tools of a server, all or `only` some by name.

    `server` is a command to be started, in words, or the http(s) URL of one that runs, asked with `headers`. A command
    gets a few harmless variables of the environment, and `env`. Raises `MissingCapability` where `mcp` is not
    installed, `ModelUnavailable` for a server that cannot be reached, `UnknownName` for a tool that it does not have.
    """
    if find_spec("mcp") is None:
        raise MissingCapability("tools: the library mcp is not installed. pip install 'symposia[mcp]'.")
    where = server if isinstance(server, str) else " ".join(server) if isinstance(server, Sequence) else "server"
    connection = Connection(server, headers, env)
    try:
        try:
            tools = await listed(await connection.opened())
        except Exception as error:  # noqa: BLE001 - the library raises groups of whatever went wrong
            raise ModelUnavailable(
                f"tools of {where}: cannot be reached ({reason(error)}). Start the server."
            ) from None
        for name in only or ():
            if name not in {one.tool.name for one in tools}:
                raise UnknownName("tool", name, [one.tool.name for one in tools], where=f"tools of {where}")
        yield [one for one in tools if only is None or one.tool.name in only]
    finally:
        await connection.close()


class Connection:
    """A connection to a server, held by a task of its own: the library would wrap errors of whoever uses it.

    >>> from mcp.server.mcpserver import MCPServer
    >>> async def tools_of(server):
    ...     connection = Connection(server, headers=None, env=None)
    ...     found = await listed(await connection.opened())
    ...     await connection.close()
    ...     return found
    >>> asyncio.run(tools_of(MCPServer("empty", log_level="ERROR")))
    []
    """

    def __init__(
        self,
        server: Any,  # noqa: ANN401 - as for mcp_tools
        headers: Mapping[str, str] | None,
        env: Mapping[str, str] | None,
    ) -> None:
        self._client: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
        self._over = asyncio.Event()
        self._task = asyncio.create_task(self._hold(server, headers, env))

    async def opened(self) -> "Client":
        """The connected client. Raises what the library raises."""
        either: list[asyncio.Future[Any]] = [self._client, self._task]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._client.done():
            await self._task
        return self._client.result()

    async def close(self) -> None:
        """End the connection, and the server if it was started for it."""
        self._over.set()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.exception()  # has been told, or came after all that was asked

    async def _hold(
        self,
        server: Any,  # noqa: ANN401 - as for mcp_tools
        headers: Mapping[str, str] | None,
        env: Mapping[str, str] | None,
    ) -> None:
        async with AsyncExitStack() as stack:
            self._client.set_result(await connected(stack, server, headers, env))
            await self._over.wait()


async def connected(
    stack: AsyncExitStack,
    server: Any,  # noqa: ANN401 - as for mcp_tools
    headers: Mapping[str, str] | None,
    env: Mapping[str, str] | None,
) -> "Client":
    """A client of a server, for as long as the stack is open."""
    from mcp import Client, StdioServerParameters

    if isinstance(server, str) and headers:
        from httpx2 import AsyncClient
        from mcp.client.streamable_http import streamable_http_client

        http = await stack.enter_async_context(AsyncClient(headers=dict(headers), timeout=60))
        server = streamable_http_client(server, http_client=http)
    elif isinstance(server, Sequence) and not isinstance(server, str):
        server = StdioServerParameters(command=server[0], args=list(server[1:]), env=dict(env or {}))
    return await stack.enter_async_context(Client(server))


async def listed(client: "Client") -> list[McpTool]:
    """All tools of a server."""
    found: list[McpTool] = []
    cursor: str | None = None
    while len(found) < MOST:
        page = await client.list_tools(cursor=cursor)
        for one in page.tools:
            name = re.sub(r"[^\w-]", "_", one.name)[:64]  # providers take no other names
            tool = Tool(name=name, description=one.description or "", parameters=one.input_schema)
            found.append(McpTool(client, one.name, tool))
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


def text_of(result: Any) -> str:  # noqa: ANN401 - a result of the library
    """The text of a result; parts of other kinds are named, not shown."""
    parts = [part.text if part.type == "text" else f"[{part.type} left out]" for part in result.content]
    if not parts and result.structured_content is not None:
        return json.dumps(result.structured_content)
    return "\n".join(parts)


def reason(error: BaseException) -> str:
    """The first thing that went wrong, in one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".")
