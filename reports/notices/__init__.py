"""Bulletin, red-and-yellow list and briefing."""
