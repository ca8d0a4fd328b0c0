"""Collaboration protocols: one file each, one folder per level.

A protocol file has a docstring that sums up its paper, and one or both of the first two functions:

    async def prepare(team, dev, *, <options>) -> Team         once per run, sees the dev split
    async def answer(team, question, *, <options>) -> Answer   once per question
    async def review(team, dev, test, *, <options>) -> dict    once per run, after the last answer: files to write

The team's type parameter is the capability that each model needs; `dev: Objective | None` means that some options
need no dev split. Keyword-only parameters are the options.
"""
