"""Benchmarks of the files: scripts to be run by hand, not timed tests."""
