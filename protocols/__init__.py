"""Collaboration protocols: one file each, one folder per level.

A protocol file has a docstring that is the paper in a few lines, and one or both of the first two verbs:

    async def prepare(team, dev, *, <options>) -> Team         once per run, sees the dev split
    async def answer(team, question, *, <options>) -> Answer   once per question
    async def review(team, dev, test, *, <options>) -> dict    once per run, after the last answer: files to write

The team's type says what each model must offer; `dev: Objective | None` that some options need no dev split.
Keyword-only parameters are the options.
"""
