"""Figure builders: a summary in, a figure for plotly.js out, with a sentence that says what it shows."""
