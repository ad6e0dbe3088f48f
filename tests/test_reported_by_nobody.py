"""A target that is the sum of the units below while none of them has it: the plan, the page and the files say so."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.pages import read


@pytest.fixture
def total(cast, build):
    found = build.indicator("TOTAL", cast.economy, name="培训人次", unit_of_measure="人次", decimals=0)
    return build.target(found, cast.township, {6: 60, 12: 120}, figures="sum")


def test_the_plan_names_it_until_a_unit_below_has_the_target(cast, build, total, signed_in):
    client = signed_in(cast.system_administrator)
    addresses = ("/plan/?year=2023", f"/plan/targets/{total.pk}/")
    assert all("无人填报" in read(client.get(address)).text for address in addresses)
    build.target(total.indicator, cast.east, {12: 120})
    assert not any("无人填报" in read(client.get(address)).text for address in addresses)


def test_it_is_not_reported_and_the_page_says_why(cast, total, signed_in):
    client = signed_in(cast.leader)
    page = read(client.get("/indicators/TOTAL/?unit=T&year=2023&period=Y&as_of=6"))
    assert page.facts["状态"].startswith("未报")
    assert "无人填报" in page.text


def test_files_that_are_brought_in_name_it(db, tmp_path):
    plan = {
        "units": "code,name,kind,parent\nT,青山乡,township,\nE,东村,village,T\n",
        "indicators": "code,section,name,unit,kind,accumulation,direction,decimals,frequency\n"
        + "".join(f"{code},economy,{code},个,quantity,flow,at_least,0,month\n" for code in ("A", "B")),
        "targets": "unit,indicator,year,baseline,weight,interpolation,figures\n"
        "T,A,2023,,1,linear,sum\nE,A,2023,,1,linear,own\nT,B,2023,,1,linear,sum\n",
        "checkpoints": "unit,indicator,year,month,value\nT,A,2023,12,10\nT,B,2023,12,10\n",
        "milestones": "unit,indicator,year,step,name,weight,due,done,done_on,recorded_month\n",
        "entries": "unit,indicator,year,from_month,month,answer,typed_as,value,numerator,denominator,state\n",
    }
    for name, text in plan.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    said, warned = StringIO(), StringIO()
    call_command("import_csv", tmp_path, stdout=said, stderr=warned)
    assert warned.getvalue().strip() == (
        "Nobody reports B of T in 2023: it is the sum of the units below, and none of them has this target."
    )
