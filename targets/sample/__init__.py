"""The sample township: published figures of a real half year, with targets and monthly splits for illustration.

``data/`` is in the format of ``import_csv``, with names in English and the provenance of each figure beside it.
"""

from pathlib import Path

DATA = Path(__file__).parent / "data"
