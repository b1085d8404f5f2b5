"""Two who arrange at the same moment: one page stands, and the other is asked."""

import pytest
from django.contrib.auth.models import Group

from articles import front
from articles.choices import FrontSlot
from articles.front import Placed, Stale
from articles.models import FrontLayout
from tests.factories import ArticleFactory, FrontLayoutFactory, StaffFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def editor():
    person = StaffFactory()
    person.groups.add(Group.objects.get(name="editor"))
    return person


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_at_once_one_is_late(is_first):
    if not is_first:
        FrontLayoutFactory()
    seen = front.seen_now()
    before = FrontLayout.objects.count()

    def arranging(person, story):
        placed = [Placed(FrontSlot.LEAD, 0, story.pk)]
        return lambda: front.arrange(placed, by=person, seen=seen)

    pairs = [(editor(), ArticleFactory(is_public=True)) for _n in range(2)]
    results = at_once(*(arranging(*pair) for pair in pairs))
    late = [result for result in results if isinstance(result, Stale)]
    made = [result for result in results if isinstance(result, FrontLayout)]
    assert (len(late), len(made)) == (1, 1)
    assert late[0].layout == made[0] == front.in_force()
    assert FrontLayout.objects.count() == before + 1
