"""What is said. Models exchange text: debate, critique, votes, guidance."""
