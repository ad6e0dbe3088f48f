"""Tables as files: ledger, plan, second half, forms to fill in, and the CSV dump."""
