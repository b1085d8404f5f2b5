"""Pages of people on a small phone: nothing is cut off or refused, and the picture is drawn."""

import datetime

import pytest

from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    PublicationFactory,
    TenureFactory,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def person():
    PublicationFactory()
    office = OrganisationFactory(name="Badan Pengembangan Kapasitas Aparatur " * 4, slug="badan")
    person = PersonFactory(name="Andi Muhammad Nurdiansyah Daeng Mattawang", slug="panjang")
    for n in range(12):
        held = TenureFactory(
            person=person,
            post=PostFactory(organisation=office, title=f"Kepala Bidang Pengembangan {n}"),
            started_on=datetime.date(2004 + n, 3, 1),
            ended_on=datetime.date(2006 + n, 3, 1),
        )
    AttendanceFactory(
        article=ArticleFactory(is_public=True), person=person, tenure=held,
        office_as_printed="Kepala Bidang Pengembangan Kapasitas",
    )  # fmt: skip
    return person


@pytest.fixture
def page(new_context):
    """The narrowest phone that is still sold; without a script nothing is fetched later."""
    return new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False).new_page()


@pytest.mark.parametrize("path", ["/tokoh/panjang/", "/lembaga/badan/", "/tokoh/"])
def test_page_fits_the_narrowest_phone_and_breaks_no_policy(page, person, path):
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert refused == []


def test_picture_has_a_bar_for_each_office_inside_its_frame(page, person):
    page.goto("/tokoh/panjang/")
    frame = page.locator(".timeline").bounding_box()
    bars = page.locator(".timeline .bar")
    assert bars.count() == 12
    for number in range(12):
        box = bars.nth(number).bounding_box()
        assert box["width"] > 2 and box["height"] > 4
        assert box["x"] >= frame["x"] - 1
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1
