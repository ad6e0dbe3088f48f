"""Figure builders: a summary in, a plotly figure out, with a sentence that says what it shows."""
