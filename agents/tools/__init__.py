"""Tools that models call: functions of this process and tools of MCP servers, each call a message to an agent.

Team({"amber": Equipped(load("api:openai/gpt-4o-mini"), [function_tool(add)])})
async with mcp_tools(["uvx", "mcp-server-time"]) as tools: ...
"""

from .equipped import Equipped
from .functions import function_tool
from .mcp_client import mcp_tools

__all__ = ["Equipped", "function_tool", "mcp_tools"]
