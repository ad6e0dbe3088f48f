"""A small house as files, whole until a test breaks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

HOUSE = {
    "units.csv": """\
code,name,kind,parent
T,青山乡,township,
V,东村,village,T
W,西村,village,T
""",
    "indicators.csv": """\
code,section,name,unit,kind,accumulation,direction,decimals,frequency
ROADS,economy,新修道路,千米,quantity,flow,at_least,2,month
FARMS,rural,家庭农场,个,quantity,stock,at_least,0,quarter
COVER,livelihood,参保率,%,rate,latest,at_least,1,half_year
TASK,governance,办公楼改造,,milestone,,at_least,0,month
""",
    "targets.csv": """\
unit,indicator,year,baseline,weight,interpolation,figures
V,ROADS,2023,,1,linear,own
W,ROADS,2023,,2,step,own
T,ROADS,2023,,1,linear,sum
V,FARMS,2023,10,1,linear,own
V,COVER,2023,,1,linear,own
V,TASK,2023,,1,linear,own
""",
    "checkpoints.csv": """\
unit,indicator,year,month,value
V,ROADS,2023,6,5
V,ROADS,2023,12,10
W,ROADS,2023,12,12.5
V,FARMS,2023,12,15
V,COVER,2023,12,95
""",
    "milestones.csv": """\
unit,indicator,year,step,name,weight,due,done,done_on,recorded_month
V,TASK,2023,1,开工,1,2023-04-30,yes,2023-04-24,4
V,TASK,2023,2,完工,2,2023-11-30,no,,
""",
    "entries.csv": """\
unit,indicator,year,from_month,month,answer,typed_as,value,numerator,denominator,state
V,ROADS,2023,1,3,value,cumulative,3.7,,,approved
V,ROADS,2023,4,4,no_change,,,,,approved
V,ROADS,2023,5,5,value,month,1.25,,,submitted
V,FARMS,2023,3,3,value,month,12,,,approved
V,COVER,2023,6,6,value,month,,17,20,approved
V,COVER,2023,12,12,not_applicable,,,,,draft
""",
}


class Files:
    """The files of a house in a directory. Lines are numbered as in an editor: 1 is the heading."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        for name, text in HOUSE.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        (self.directory / name).write_text(text, encoding="utf-8", newline="")

    def lines(self, name: str) -> list[str]:
        return (self.directory / name).read_text(encoding="utf-8").splitlines()

    def change(self, name: str, line: int, column: str, value: str) -> None:
        """Put something else into one cell."""
        lines = self.lines(name)
        place = lines[0].split(",").index(column)
        cells = lines[line - 1].split(",")
        cells[place] = value
        lines[line - 1] = ",".join(cells)
        self.write(name, "\n".join(lines) + "\n")

    def add(self, name: str, *rows: str) -> None:
        """Put lines under the last one."""
        self.write(name, "\n".join([*self.lines(name), *rows]) + "\n")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "house")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield
