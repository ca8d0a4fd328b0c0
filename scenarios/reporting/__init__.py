"""Reports of runs: their numbers, their tables on the console and as Markdown, and the README's table."""
