"""The bridge: facts from the querysets and rules from the calculations become frozen summaries.

Pages, charts and files all read the same summaries, so a figure is the same wherever it is printed.
"""
