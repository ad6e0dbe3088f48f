"""How long a paper may be, in 字数 as Word counts them.

Papers of a general kind are kept to 5,000 characters and those on a single matter to 4,000
(《整治形式主义为基层减负若干规定》, 2024).
"""

SPECIAL, GENERAL = 4000, 5000
