"""The business, one file per concept.

Rules that a database can hold are constraints with a sentence for the person; everything that counts, sums or
judges is in ``targets.calculations``. ``save()`` stays Django's own: writes are the verbs of ``targets.services``.
"""

from .accounts import MonthlyAccount
from .changes import Change
from .indicators import Indicator, IndicatorCheck, Section
from .instructions import Instruction
from .people import Membership, Role, User
from .plans import Checkpoint, Milestone, Target, TargetRevision, Year
from .progress import Attachment, MilestoneEntry, ProgressEntry, State, UnitMonth
from .remedies import Remedy
from .units import Unit, UnitKind
from .uploads import Upload

__all__ = [
    "Attachment",
    "Change",
    "Checkpoint",
    "Indicator",
    "IndicatorCheck",
    "Instruction",
    "Membership",
    "Milestone",
    "MilestoneEntry",
    "MonthlyAccount",
    "ProgressEntry",
    "Remedy",
    "Role",
    "Section",
    "State",
    "Target",
    "TargetRevision",
    "Unit",
    "UnitKind",
    "UnitMonth",
    "Upload",
    "User",
    "Year",
]
