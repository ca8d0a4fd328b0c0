"""The clarification game: a user wants an item in a colour and a size, and may not say all of it; does one ask?

The miniature of CollabLLM's finding (Wu et al. 2025, https://arxiv.org/abs/2502.00640): who is rewarded for its next
message guesses, and who is rewarded for where the conversation leads asks. A question and an answer have four words
each, so that the length of a message gives nothing away.
"""
