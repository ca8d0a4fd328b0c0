"""What graders that ask judges share: verdicts and their parsers, both orders of a pair, one repair, baselines."""
