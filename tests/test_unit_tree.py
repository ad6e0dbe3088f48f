"""The tree of units: where each hangs is read by one query, and a unit is made when it is asked for."""

import pytest

from targets.models import Target, Unit
from targets.permissions import scope_of


@pytest.fixture
def tree(cast, build):
    build.unit("T-W-1", cast.west, name="西村一组")
    return Unit.objects.all().tree()


def test_the_whole_tree_takes_one_query_whatever_is_asked_of_it(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        tree = Unit.objects.all().tree()
        assert [unit.code for unit in tree.units.values()] == ["T", "T-O", "T-E", "T-W"]
        assert tree.by_code["T-E"] is tree.units[cast.east.pk] == cast.east
        assert [tree.units[pk].name for pk in tree.above(cast.east.pk)] == ["东村", "青山乡"]


def test_what_lies_below_comes_parents_first_in_the_order_of_the_pages(cast, tree):
    codes = [tree.units[pk].code for pk in tree.below(cast.township.pk)]
    assert codes == ["T", "T-O", "T-E", "T-W", "T-W-1"]
    assert list(tree.below(0)) == []
    assert tree.depth(tree.by_code["T-W-1"].pk) == 2
    assert tree.parent(cast.township.pk) is None


def test_a_unit_that_is_not_there_is_none(cast, tree):
    assert tree.by_code.get("NOBODY") is None
    assert tree.units.get(0) is None
    assert cast.east.pk in tree.units
    assert 0 not in tree.units


def test_who_sees_every_unit_is_asked_for_without_a_list_of_them(cast):
    sql = str(Target.objects.visible_to(scope_of(cast.reviewer)).query)
    assert " IN (" not in sql
    assert " IN (" in str(Target.objects.visible_to(scope_of(cast.east_clerk)).query)
    assert not Target.objects.visible_to(scope_of(cast.stranger)).exists()
