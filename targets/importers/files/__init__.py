"""Readers of xlsx, xls, ods and csv: a file in, a bounded grid of cells out."""
