"""One text by several models: decoding methods, the decode loops, and probes that read models without a text.

Nothing is imported here: `decoder`, `method` and `combine` load no torch, the loops do.
"""
