"""A story that comes, changes or goes ends what shows it, and nothing else: what was read stays there in an outage."""

from __future__ import annotations

import pytest

from articles.models import Article, Attendance
from pagecache.keeper import State
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    AuthorFactory,
    BylineFactory,
    OrganisationFactory,
    PersonFactory,
    PublicationFactory,
)
from tests.pagecache.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(monkeypatch) -> House:
    PublicationFactory()
    return House(monkeypatch)


class Town:
    """Everybody writes about the same people: one author, one person, one organisation, one tag."""

    def __init__(self) -> None:
        self.author, self.person = AuthorFactory(), PersonFactory(is_public=True)
        self.organisation = OrganisationFactory(is_public=True)

    def story(self, **more) -> Article:
        made = ArticleFactory(tags=["banjir"], **more)
        BylineFactory(article=made, author=self.author)
        AttendanceFactory(article=made, person=self.person)
        AttendanceFactory(article=made, person=None, organisation=self.organisation)
        return made


def states(house: House, stories: list[Article]) -> set[State]:
    return {
        house.pages.state_of(house.pages.memory.get(story.get_absolute_url())) for story in stories
    }


def test_a_story_that_is_published_ends_no_other_whoever_stands_in_both(house):
    town = Town()
    others = [town.story(is_public=True) for _ in range(5)]
    coming = town.story()
    house.hear()
    for story in others:
        house.read(story.get_absolute_url())
    Article.objects.filter(pk=coming.pk).update(status="published", **published_like(others[0]))
    house.hear()
    assert states(house, others) <= {State.GOOD, State.OLD}
    assert town.person.get_absolute_url() in house.read(others[0].get_absolute_url()).body.decode()


def test_somebody_more_in_a_register_ends_its_story_alone(house):
    town = Town()
    others = [town.story(is_public=True) for _ in range(5)]
    changed = town.story(is_public=True)
    house.hear()
    for story in [*others, changed]:
        house.read(story.get_absolute_url())
    Attendance.objects.filter(article=changed, person=town.person).update(office_as_printed="Wabup")
    house.hear()
    assert states(house, [changed]) == {State.GONE}
    assert states(house, others) <= {State.GOOD, State.OLD}


def test_a_name_that_changes_ends_all_stories_with_it(house):
    town = Town()
    stories = [town.story(is_public=True) for _ in range(3)]
    house.hear()
    for story in stories:
        house.read(story.get_absolute_url())
    type(town.person).objects.filter(pk=town.person.pk).update(name="Andi Baru")
    house.hear()
    assert states(house, stories) == {State.GONE}


def published_like(story: Article) -> dict:
    names = ("publish_at", "published_on", "slug")
    found = {name: getattr(story, name) for name in names}
    return found | {"slug": f"{story.slug}-lagi"}
