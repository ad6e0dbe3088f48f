"""Writers only lay out: they compute and format no number of their own."""
