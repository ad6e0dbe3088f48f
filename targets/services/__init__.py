"""Writing: every change of the business is a verb here, atomic, validated and recorded.

A verb takes ``by``, the ``Author``, asks ``permissions`` whether the author may, checks, writes and records in one
transaction. Nothing else writes: in tests a database wrapper fails on any business write outside a verb.
"""
