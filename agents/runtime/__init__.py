"""Runtimes: how messages reach agents, by autogen-core's `AgentRuntime`.

Nothing is imported here: the modules import autogen-core.
"""
