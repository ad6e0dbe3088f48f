"""Text of the pages and files → values."""
