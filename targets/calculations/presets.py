"""Thresholds as governments published them, to begin with. Each is a start and may be changed.

The places name colours: green is on schedule or better, yellow slightly behind, red behind.

default     the product's own: green from 100 % of the schedule, yellow from 80 %.
yinchuan    银川 2025, by percentage points: red from 30 points below schedule on. (Published is a yellow of "10 to
            30 points below, 30 included"; what lies less than 10 points below has no colour there and is yellow
            here, and exactly 30 points below is red, as rule 3.4 has it.)
sanya       三亚 2022, major projects: yellow up to 50 % below schedule, red beyond.
sanya_two   三亚 2022, districts: a month not reached is yellow, the second in a row is red.
xinhuang    新晃 2015: under 80 % of the month's task is followed up, under 60 % is warned.
"""

from fractions import Fraction

from .facts import Thresholds
from .terms import Basis

PRESETS: dict[str, Thresholds] = {
    "default": Thresholds(),
    "yinchuan": Thresholds(basis=Basis.POINTS, on_schedule_points=Fraction(0), slightly_behind_points=Fraction(-30)),
    "sanya": Thresholds(slightly_behind_ratio=Fraction(50, 100)),
    "sanya_two": Thresholds(slightly_behind_ratio=Fraction(0), two_slightly_behind_is_behind=True),
    "xinhuang": Thresholds(on_schedule_ratio=Fraction(80, 100), slightly_behind_ratio=Fraction(60, 100)),
}
