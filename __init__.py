"""Language models that work together: agents, typed messages, topologies, protocols."""

__version__ = "0.1.0"
