"""The front page on the desk, as a browser without script uses it."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import front
from articles.choices import FrontSlot, Kind
from articles.front import Placed
from articles.models import FrontLayout
from tests.factories import (
    ArticleFactory,
    ArticlePhotoFactory,
    FrontLayoutFactory,
    FrontPlacementFactory,
    PublicationFactory,
)

ADD = "/admin/articles/frontlayout/add/"
LIST = "/admin/articles/frontlayout/"
TRY = "/admin/articles/frontlayout/preview/"
ROLES = ["reporter", "editor", "chief_editor", "moderator", "ad_desk"]
EDITORS = {"editor", "chief_editor"}


@pytest.fixture(autouse=True)
def publication(db):
    return PublicationFactory(name="Kabar Uji")


@pytest.fixture
def desk(editor, at_desk):
    return at_desk(editor)


@pytest.mark.parametrize("key", ["9" * 5000, "9" * 30, "٣", "0", "x", "_00"])
def test_an_arrangement_that_cannot_be_is_not_there(key, desk):
    response = desk.get(f"/admin/articles/frontlayout/{key}/change/")
    assert (response.status_code, response.url) == (302, "/admin/")


def public(**values):
    return ArticleFactory(is_public=True, **values)


def in_minutes(minutes):
    return timezone.now() + datetime.timedelta(minutes=minutes)


def typed(moment):
    """A time as the browser's own field sends it, on the publication's clock."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def form_of(response, **changes):
    """What a browser would send back from that page, with `changes`."""
    form = response.context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    data |= {key.replace("_until", "-until"): value for key, value in changes.items()}
    sent = {}
    for key, value in data.items():
        value = typed(timezone.make_aware(value)) if hasattr(value, "strftime") else value
        if value not in (None, ""):
            sent[key] = str(value)
    return sent


def arranged(layout=None):
    layout = layout or front.in_force()
    return {
        f"{p.slot}-{p.position}": p.article.headline
        for p in layout.placements.select_related("article")
    }


def said(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("role", ROLES)
def test_pages_answer_as_the_roles_say(role, member, at_desk):
    layout = FrontLayoutFactory(starts_at=in_minutes(60))
    client = at_desk(member(role))
    status = 200 if role in EDITORS else 403
    one = f"{LIST}{layout.pk}/"
    pages = [LIST, ADD, f"{one}change/", f"{one}preview/", f"{LIST}stories/"]
    assert {client.get(page).status_code for page in pages} == {status}
    posts = [ADD, TRY, f"{one}restore/", f"{one}cancel/"]
    answers = {client.post(page).status_code for page in posts}
    assert (answers == {403}) == (role not in EDITORS)
    assert front.in_force() is None or role in EDITORS


def test_nobody_changes_or_deletes_an_arrangement(member, at_desk):
    layout = FrontLayoutFactory()
    client = at_desk(member("administrator"))
    assert client.post(f"{LIST}{layout.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(f"{LIST}{layout.pk}/change/", {"note": "x"})
    layout.refresh_from_db()
    assert layout.note == ""


def test_an_arrangement_is_made_and_read_on_the_site(desk, client):
    lead, beside = public(headline="Panen raya"), public(headline="Rapat mutu")
    page = desk.get(ADD)
    sent = form_of(page, **{"lead-0": lead.pk, "secondary-3": beside.pk, "note": "Pagi"})
    response = desk.post(ADD, sent, follow=True)
    assert said(response) == ['The front page is arranged. <a href="/">Read it on the site</a>']
    assert arranged() == {"lead-0": "Panen raya", "secondary-3": "Rapat mutu"}
    assert front.in_force().note == "Pagi"
    assert client.get("/").context["lead"] == lead


def test_the_form_begins_with_what_stands(desk):
    story = public()
    until = in_minutes(90)
    layout = FrontLayoutFactory()
    FrontPlacementFactory(layout=layout, slot="secondary", position=1, article=story, until=until)
    line = desk.get(ADD).context["lines"][2]
    assert (line.key, line.chosen) == ("secondary-1", story)
    assert typed(timezone.make_aware(line.until.value())) == typed(until)


def test_only_stories_that_may_stand_there_are_offered(desk):
    offered = [
        public(headline="Terbit"),
        ArticleFactory(headline="Terjadwal", is_scheduled=True),
        ArticleFactory(headline="Disetujui", status="approved"),
    ]
    public(kind=Kind.PAID, sponsor="PT Griya")
    ArticleFactory(is_withdrawn=True)
    ArticleFactory(changes_to=offered[0], status="approved")
    assert set(desk.get(ADD).context["form"].stories.values()) == set(offered)


@pytest.mark.parametrize(
    ("step", "after"),
    [
        ("secondary-0:up", {"lead-0": "B", "secondary-0": "A"}),
        ("lead-0:down", {"lead-0": "B", "secondary-0": "A"}),
        ("secondary-0:down", {"lead-0": "A", "secondary-1": "B"}),
        ("secondary-0:empty", {"lead-0": "A"}),
        ("lead-0:up", {"lead-0": "A", "secondary-0": "B"}),
        ("lead-0:sideways", {"lead-0": "A", "secondary-0": "B"}),
        ("nowhere:up", {"lead-0": "A", "secondary-0": "B"}),
    ],
)
def test_stories_move_by_buttons_and_nothing_is_saved(step, after, desk):
    one, two = public(headline="A"), public(headline="B")
    sent = form_of(desk.get(ADD), **{"lead-0": one.pk, "secondary-0": two.pk})
    page = desk.post(ADD, {**sent, "_move": step})
    lines = {line.key: line.chosen.headline for line in page.context["lines"] if line.chosen}
    assert lines == after
    assert not FrontLayout.objects.exists()


def test_a_time_moves_with_its_story(desk):
    story, until = public(), in_minutes(60)
    sent = form_of(desk.get(ADD), **{"lead-0": story.pk, "lead-0-until": typed(until)})
    page = desk.post(ADD, {**sent, "_move": "lead-0:down"})
    assert [line.until.value() for line in page.context["lines"][:2]] == ["", typed(until)]


def test_a_story_is_found_by_its_headline_and_stands_first_in_the_lists(desk):
    for _number in range(31):
        public()
    old = public(headline="Bendungan Lappabatu retak", publish_at=in_minutes(-99999))
    assert old not in desk.get(ADD).context["form"].stories.values()
    sent = form_of(desk.get(ADD), note="tetap")
    page = desk.post(ADD, {**sent, "q": "lappab", "_search": "1"})
    assert next(iter(page.context["form"].stories.values())) == old
    assert page.context["form"]["note"].value() == "tetap"


@pytest.mark.parametrize("words", ["", " ", "\x00", "&|!", "x" * 5000, "'; --", "🌾"])
def test_any_search_is_answered(words, desk):
    assert desk.get(f"{LIST}stories/", {"q": words}).json() == {"results": []}
    assert desk.post(ADD, {"q": words, "_search": "1"}).status_code == 200


def test_the_script_gets_what_it_shows(desk):
    ArticleFactory(headline="Panen", status="approved")
    public(headline="Panen iklan", kind=Kind.PAID, sponsor="PT Griya")
    (result,) = desk.get(f"{LIST}stories/", {"q": "pan"}).json()["results"]
    assert result["headline"] == "Panen"
    assert result["facts"].endswith(" · approved, not scheduled · without a photo")


def test_an_arrangement_is_planned_on_the_publications_clock(desk, settings):
    story = public()
    page = desk.get(ADD)
    assert page.context["zone"] == "WITA"
    tomorrow = (timezone.localtime() + datetime.timedelta(days=1)).replace(hour=6, minute=5)
    sent = form_of(page, **{"lead-0": story.pk, "when": "at", "starts_at": typed(tomorrow)})
    response = desk.post(ADD, sent, follow=True)
    assert re.match(r"The front page is planned for .*, 06\.05 WITA\.", said(response)[0])
    (layout,) = front.planned()
    assert layout.starts_at == tomorrow.replace(second=0, microsecond=0)
    assert front.in_force() is None


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"when": "at", "starts_at": ""}, "starts_at", "Choose the day and the time."),
        ({"when": "at", "starts_at": "besok"}, "starts_at", "Write the time as"),
        ({"when": "at", "starts_at": "2020-01-01T06:00"}, None, "This time has passed."),
        ({"when": "at", "starts_at": "0001-01-01T00:00"}, None, "This time has passed."),
        ({"when": "at", "starts_at": "9999-12-31T23:59"}, None, "at most a year ahead"),
        ({"when": "sometime"}, "when", "valid choice"),
        ({"lead-0": "x"}, "lead-0", "There is no such story"),
        ({"lead-0": "-1"}, "lead-0", "There is no such story"),
        ({"lead-0": "9" * 40}, "lead-0", "There is no such story"),
        ({"lead-0": "1\x00"}, "lead-0", "There is no such story"),
        ({"lead-0": "999999"}, "lead-0", "There is no such story"),
        ({"note": "\x00"}, "note", "Null characters"),
        ({"note": "x" * 301}, "note", "at most 300"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_nothing_is_lost(changes, field, sentence, desk):
    kept = public()
    sent = {**form_of(desk.get(ADD), **{"secondary-2": kept.pk}), **changes}
    page = desk.post(ADD, sent)
    assert sentence in str(page.context["form"].errors[field or "__all__"])
    assert page.context["lines"][3].chosen == kept
    assert not FrontLayout.objects.exists()


@pytest.mark.parametrize("name", ["newest", "standing", "replaces"])
@pytest.mark.parametrize("value", ["x", "-1", "9" * 40, "\x00"])
def test_malformed_hidden_fields_are_no_fault(name, value, desk):
    assert desk.post(ADD, {"when": "now", name: value}).status_code in {200, 302}


def test_a_story_twice_is_said_at_the_second_place(desk):
    story = public()
    sent = form_of(desk.get(ADD), **{"lead-0": story.pk, "pinned-0": story.pk})
    page = desk.post(ADD, sent)
    assert list(page.context["form"].errors) == ["pinned-0"]


def test_a_paid_story_is_refused_by_name(desk):
    story = public(headline="Rumah murah")
    sent = form_of(desk.get(ADD), **{"lead-0": story.pk})
    story.kind, story.sponsor = Kind.PAID, "PT Griya"
    story.save()
    page = desk.post(ADD, sent)
    assert "“Rumah murah”: Somebody paid" in str(page.context["form"].non_field_errors())


def test_what_is_not_public_yet_is_told(desk):
    soon = ArticleFactory(headline="Nanti", is_scheduled=True)
    response = desk.post(ADD, form_of(desk.get(ADD), **{"lead-0": soon.pk}), follow=True)
    assert said(response)[1] == "Not public then, so the slot fills itself until it is: “Nanti”"


def test_somebody_elses_arrangement_is_shown_beside_ones_own(desk, member):
    mine, theirs = public(headline="Punyaku"), public(headline="Punya Rahma")
    sent = form_of(desk.get(ADD), **{"lead-0": mine.pk})
    other = member("editor", name="Rahma")
    front.arrange([Placed(FrontSlot.LEAD, 0, theirs.pk)], by=other, seen=front.seen_now())
    page = desk.post(ADD, sent)
    html = page.content.decode()
    assert "Rahma arranged the front page after you opened it." in html
    line, row = page.context["both"][0]
    assert (line.chosen, row.article) == (mine, theirs)
    assert arranged() == {"lead-0": "Punya Rahma"}
    # Sent once more, it has seen both.
    desk.post(ADD, form_of(page))
    assert arranged() == {"lead-0": "Punyaku"}


def test_sending_twice_makes_one_arrangement(desk):
    sent = form_of(desk.get(ADD), **{"lead-0": public().pk})
    for _time in range(2):
        assert desk.post(ADD, sent).status_code == 302
    assert FrontLayout.objects.count() == 1


def test_two_leads_close_together_are_asked_about(desk, member):
    theirs = public(headline="Mereka")
    FrontLayoutFactory(
        lead=theirs, starts_at=in_minutes(60), created_by=member("editor", name="Rahma")
    )
    mine = public()
    sent = form_of(
        desk.get(ADD), **{"lead-0": mine.pk, "when": "at", "starts_at": typed(in_minutes(50))}
    )
    page = desk.post(ADD, sent)
    (warning,) = page.context["warnings"]
    assert "by Rahma" in warning and "“Mereka”" in warning
    assert FrontLayout.objects.count() == 1
    assert desk.post(ADD, {**form_of(page), "_anyway": "1"}).status_code == 302
    assert "start close together" in desk.get(LIST).content.decode()


def test_a_plan_is_changed(desk):
    plan = FrontLayoutFactory(lead=public(headline="A"), starts_at=in_minutes(60), note="Pagi")
    page = desk.get(ADD, {"change": plan.pk})
    assert page.context["form"]["note"].value() == "Pagi"
    assert page.context["form"]["when"].value() == "at"
    sent = form_of(page, **{"lead-0": public(headline="B").pk})
    assert desk.post(ADD, sent).status_code == 302
    (layout,) = front.planned()
    assert arranged(layout) == {"lead-0": "B"}


def test_a_plan_that_was_given_up_meanwhile_is_asked_about_and_can_still_be_made(desk, member):
    plan = FrontLayoutFactory(lead=public(headline="A"), starts_at=in_minutes(60))
    sent = form_of(desk.get(ADD, {"change": plan.pk}))
    front.cancel(plan, by=member("editor", name="Rahma"))
    page = desk.post(ADD, sent)
    assert "Rahma gave this arrangement up" in page.content.decode()
    assert desk.post(ADD, form_of(page)).status_code == 302
    assert [arranged(layout) for layout in front.planned()] == [{"lead-0": "A"}]


def test_a_plan_is_given_up_by_post_alone(desk):
    plan = FrontLayoutFactory(starts_at=in_minutes(60))
    address = f"{LIST}{plan.pk}/cancel/"
    assert desk.get(address).status_code == 405
    assert "is given up" in said(desk.post(address, follow=True))[0]
    assert not front.planned().exists()


def test_an_older_arrangement_is_put_back(desk):
    older = FrontLayoutFactory(lead=public(headline="Lama"), starts_at=in_minutes(-90))
    FrontLayoutFactory(lead=public(headline="Baru"))
    page = desk.get(f"{LIST}{older.pk}/change/")
    seen = page.context["seen"]
    address = f"{LIST}{older.pk}/restore/"
    assert desk.get(address).status_code == 405
    desk.post(address, {"newest": seen.newest, "standing": seen.standing})
    assert arranged() == {"lead-0": "Lama"}


@pytest.mark.parametrize("sent", [{}, {"newest": "x", "standing": "\x00"}])
def test_putting_back_over_what_was_not_seen_changes_nothing(sent, desk):
    older = FrontLayoutFactory(lead=public(headline="Lama"), starts_at=in_minutes(-90))
    FrontLayoutFactory(lead=public(headline="Baru"))
    response = desk.post(f"{LIST}{older.pk}/restore/", sent, follow=True)
    assert said(response)[0].endswith("Nothing was changed.")
    assert arranged() == {"lead-0": "Baru"}


def test_an_older_arrangement_is_a_beginning(desk):
    older = FrontLayoutFactory(lead=public(headline="Lama"), starts_at=in_minutes(-90))
    FrontLayoutFactory(lead=public(headline="Baru"))
    page = desk.get(ADD, {"from": older.pk})
    assert page.context["lines"][0].chosen.headline == "Lama"


@pytest.mark.parametrize("key", ["x", "-1", "0", "9" * 40, "٣", "999999"])
def test_a_made_up_key_is_no_fault(key, desk):
    for name in ("from", "change"):
        assert desk.get(ADD, {name: key}).status_code == 200
    assert desk.get(LIST, {"before": key}).status_code == 200
    assert desk.get(f"{LIST}{key}/change/").status_code in {302, 404}


def test_preview_is_the_real_page_and_saves_nothing(desk):
    story = ArticlePhotoFactory(article=public(headline="Panen raya")).article
    other = public(headline="Rapat")
    sent = form_of(desk.get(ADD), **{"lead-0": other.pk})
    response = desk.post(TRY, sent)
    assert "articles/front.html" in [template.name for template in response.templates]
    assert response.context["lead"] == other
    assert story in response.context["secondary"]
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    html = response.content.decode()
    assert 'class="preview-note"' in html and "sela.js" not in html
    assert not FrontLayout.objects.exists()


def test_preview_of_a_plan_shows_what_is_public_then(desk, client):
    soon = ArticleFactory(headline="Nanti", is_scheduled=True)
    early = FrontLayoutFactory(lead=soon, starts_at=in_minutes(10))
    late = FrontLayoutFactory(lead=soon, starts_at=in_minutes(90))
    assert desk.get(f"{LIST}{early.pk}/preview/").context["lead"] is None
    assert desk.get(f"{LIST}{late.pk}/preview/").context["lead"] == soon
    assert client.get("/").context["lead"] is None


def test_preview_of_an_unfit_form_says_why(desk):
    page = desk.post(TRY, {"when": "at"})
    assert "Choose the day and the time." in page.content.decode()
    assert desk.get(TRY).url == reverse("admin:articles_frontlayout_add")


def test_the_list_says_what_stands_what_comes_and_what_was(desk, editor):
    story = ArticleFactory(headline="Nanti", is_scheduled=True)
    FrontLayoutFactory(starts_at=in_minutes(-90), note="Dulu")
    FrontLayoutFactory(lead=story, note="Kini")
    FrontLayoutFactory(starts_at=in_minutes(60), note="Besok")
    context = desk.get(LIST).context
    assert context["standing"].note == "Kini"
    assert context["rows"][0].article == story
    assert re.match("comes out .*: fills itself", context["rows"][0].note)
    assert [row.note for row in context["rows"][1:]] == ["fills itself"] * 6
    assert [layout.note for layout, *_rest in context["planned"]] == ["Besok"]
    assert [layout.note for layout, *_rest in context["history"]] == ["Dulu"]


def test_a_long_history_is_read_page_by_page(desk):
    layouts = [FrontLayoutFactory() for _number in range(33)]
    context = desk.get(LIST).context
    older = desk.get(LIST, {"before": context["next_before"]}).context
    shown = [layout for page in (context, older) for layout, *_rest in page["history"]]
    assert [context["standing"], *shown] == layouts[::-1]
    assert older["next_before"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_pages_take_the_same_queries_for_one_row_and_three(count, desk, django_assert_num_queries):
    FrontLayoutFactory(lead=public(), starts_at=in_minutes(-5))
    for number in range(count):
        layout = FrontLayoutFactory(lead=public(), starts_at=in_minutes(-10 * (number + 1)))
        FrontLayoutFactory(lead=public(), starts_at=in_minutes(100 * (number + 1)))
        FrontPlacementFactory(layout=layout, slot="pinned", article=public())
    desk.get(LIST)
    for page, queries in ((LIST, LIST_QUERIES), (ADD, ADD_QUERIES)):
        with django_assert_num_queries(queries):
            desk.get(page)


LIST_QUERIES = 17
ADD_QUERIES = 16


def test_the_first_screen_leads_there(desk, reporter, at_desk):
    assert f'href="{LIST}"' in desk.get("/admin/").content.decode()
    assert at_desk(reporter).get("/admin/").context["may_arrange"] is False


def test_headlines_are_printed_as_text(desk):
    public(headline='<script>x</script>" onload="x')
    html = desk.get(ADD).content.decode()
    assert "<script>x" not in html and '" onload="x' not in html


def fills(html):
    found = re.findall(">Fills itself: ([^<]*)<", html)
    return [headline.strip() for headline in found]


@pytest.mark.parametrize("is_arranged", [True, False])
def test_each_place_that_fills_itself_says_with_which_story(is_arranged, desk, client):
    lead = public(headline="Utama", publish_at=in_minutes(-90))
    for number in range(6):
        public(headline=f"Baru {number}", publish_at=in_minutes(-number - 1))
    if is_arranged:
        FrontLayoutFactory(lead=lead)
    shown = client.get("/").context
    stories = [shown["lead"], *shown["secondary"], *shown["below"]]
    expected = [story.headline for story in stories if not (is_arranged and story == lead)]
    assert fills(desk.get(LIST).content.decode()) == expected
    assert fills(desk.get(ADD).content.decode()) == expected


def test_the_form_says_what_fills_a_place_when_the_arrangement_begins(desk):
    public(headline="Kini", publish_at=in_minutes(-60))
    soon = ArticleFactory(headline="Nanti", is_scheduled=True)
    begins = soon.publish_at + datetime.timedelta(minutes=5)
    sent = form_of(desk.get(ADD), when="at", starts_at=typed(begins))
    answer = desk.post("/admin/articles/frontlayout/fills/", sent).json()
    assert answer == {"fills": {"lead-0": "Nanti", "secondary-0": "Kini"}}
    sent["when"] = "now"
    answer = desk.post("/admin/articles/frontlayout/fills/", sent | {"secondary-2": soon.pk}).json()
    assert answer == {"fills": {"lead-0": "Kini"}}
    assert fills(desk.post(ADD, sent | {"_search": "1"}).content.decode()) == ["Kini"]


@pytest.mark.parametrize("value", ["", "x", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_strange_time_is_no_fault_where_places_fill_themselves(value, desk):
    sent = form_of(desk.get(ADD), when="at") | {"starts_at": value, "lead-0-until": value}
    assert desk.post("/admin/articles/frontlayout/fills/", sent).json() == {"fills": {}}


def test_what_fills_places_is_told_to_those_who_arrange(member, at_desk):
    url = "/admin/articles/frontlayout/fills/"
    assert at_desk(member("editor")).get(url).status_code == 405
    assert at_desk(member("reporter")).post(url).status_code == 403
