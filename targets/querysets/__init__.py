"""Reading: fetch and group in SQL, apply visibility, supply the facts that the rules need.

No threshold is compared here and no status decided; ``targets.calculations`` does that.
"""
