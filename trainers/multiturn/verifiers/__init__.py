"""The goals of built data as an environment of Prime Intellect's verifiers."""
