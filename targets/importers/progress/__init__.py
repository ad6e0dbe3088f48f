"""Progress from a spreadsheet: our own form filled offline, or the months as an office keeps them.

``months`` reads what a heading or cell says of months, ``headings`` finds the columns, ``sheet`` the rows, ``claims``
makes answers of all that is said of one target.
"""
