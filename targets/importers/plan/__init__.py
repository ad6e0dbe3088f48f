"""The office's own table of targets, read row by row with questions where it is not certain."""
