"""One file per page group. A view finds what may be seen, asks one summary, renders."""
