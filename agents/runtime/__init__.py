"""Where agents live and how messages reach them: autogen-core's `AgentRuntime`, and messages as JSON.

Nothing is imported here: `local` and `actor` import autogen-core, `codec` does not.
"""
