"""Writing a story: what is saved, what follows by itself, what is refused in a sentence."""

import datetime

import pytest
from django.urls import reverse

from articles.choices import Kind, Status
from articles.models import Article, Byline, Redirect
from tests.desk.conftest import filled, line, new_story
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    BylineFactory,
    PlaceFactory,
    RelatedArticleFactory,
    SectionFactory,
    province,
)

ADD = reverse("admin:articles_article_add")
INDEX = reverse("admin:index")


def change(article):
    return reverse("admin:articles_article_change", args=[article.pk])


def publish_changes(client, article, **typed):
    """Mend a public story and publish that, in one tap."""
    data = filled(client.get(change(article)), **typed)
    assert client.post(change(article), data | {"_move": "publish_changes"}).url == INDEX


def errors(response):
    """Every sentence on the page that says something is wrong."""
    form = response.context["adminform"].form
    found = [str(e) for messages in form.errors.values() for e in messages]
    for inline in response.context["inline_admin_formsets"]:
        found += [str(e) for e in inline.formset.non_form_errors()]
        for row in inline.formset.forms:
            found += [str(e) for messages in row.errors.values() for e in messages]
    return found


def test_a_new_story_is_a_draft_of_its_reporter_with_a_revision(reporter, at_desk):
    response = at_desk(reporter).post(ADD, new_story())
    article = Article.objects.get()
    assert response.url == change(article)
    assert article.status == Status.DRAFT
    assert article.created_by == reporter
    assert article.slug == "rapat-mutu-pendidikan"
    assert [revision.created_by for revision in article.revisions.all()] == [reporter]


def test_a_reporters_new_story_is_signed_by_the_reporter(reporter, at_desk):
    at_desk(reporter).post(ADD, new_story())
    assert list(Byline.objects.values_list("author__name", "role", "position")) == [
        ("Rahma Nurdin", "reporter", 0)
    ]


def test_a_reporter_signs_before_the_names_that_were_added(reporter, at_desk):
    photographer = AuthorFactory(name="Baso Ilham")
    row = line("bylines", 0, 1, author=photographer.pk, role="photographer", position=0)
    at_desk(reporter).post(ADD, new_story(**row))
    assert list(Byline.objects.values_list("author__name", "position")) == [
        ("Rahma Nurdin", 0),
        ("Baso Ilham", 1),
    ]


def test_an_editor_who_names_the_writer_does_not_sign_too(editor, at_desk):
    AuthorFactory(name="Hasrullah", user=editor)
    writer = AuthorFactory(name="Tamu")
    row = line("bylines", 0, 1, author=writer.pk, role="contributor", position=0)
    at_desk(editor).post(ADD, new_story(**row))
    assert [str(byline.author) for byline in Byline.objects.all()] == ["Tamu"]


def test_bylines_keep_the_order_of_the_form(draft, editor, at_desk):
    second = BylineFactory(article=draft, position=1)
    client = at_desk(editor)
    data = filled(client.get(change(draft)))
    data |= {"bylines-0-position": "1", "bylines-1-position": "0"}
    client.post(change(draft), data)
    assert next(byline.author for byline in draft.bylines.all()) == second.author


def test_bylines_may_trade_places_under_their_constraint(draft, editor, at_desk):
    first = draft.bylines.get().author
    second = BylineFactory(article=draft, position=1).author
    client = at_desk(editor)
    data = filled(client.get(change(draft)))
    data |= {"bylines-0-author": str(second.pk), "bylines-1-author": str(first.pk)}
    assert client.post(change(draft), data).status_code == 302
    assert [byline.author for byline in draft.bylines.all()] == [second, first]


def test_the_same_byline_twice_is_refused_in_a_sentence(draft, editor, at_desk):
    author = draft.bylines.get().author
    client = at_desk(editor)
    data = filled(client.get(change(draft)))
    data |= line("bylines", 1, 2, author=author.pk, role="reporter", position=1)
    response = client.post(change(draft), data)
    assert "The same author stands there twice in the same role." in errors(response)


def test_the_address_follows_the_headline_of_a_draft(draft, reporter, at_desk):
    client = at_desk(reporter)
    data = filled(client.get(change(draft)), headline="Rapat ditunda")
    client.post(change(draft), data)
    draft.refresh_from_db()
    assert draft.slug == "rapat-ditunda"


def test_an_address_written_by_hand_stays(draft, reporter, at_desk):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), slug="rapor-sekolah"))
    data = filled(client.get(change(draft)), headline="Lain sama sekali")
    client.post(change(draft), data)
    draft.refresh_from_db()
    assert draft.slug == "rapor-sekolah"


def test_a_published_story_keeps_its_address_when_its_headline_changes(editor, at_desk):
    article = ArticleFactory(is_public=True, headline="Lama", slug="lama")
    client = at_desk(editor)
    publish_changes(client, article, headline="Baru")
    article.refresh_from_db()
    assert (article.headline, article.slug) == ("Baru", "lama")


def test_a_changed_address_of_a_published_story_leaves_a_redirect(editor, at_desk):
    article = ArticleFactory(is_public=True, slug="lama")
    old = article.get_absolute_url()
    client = at_desk(editor)
    publish_changes(client, article, slug="baru")
    assert Redirect.objects.get(path=old).article == article


def test_an_address_that_another_story_of_the_day_has_is_refused(editor, at_desk):
    other = ArticleFactory(is_public=True, slug="banjir")
    article = ArticleFactory(
        is_public=True, slug="lain", publish_at=other.publish_at, published_on=other.published_on
    )
    client = at_desk(editor)
    response = client.post(change(article), filled(client.get(change(article)), slug="banjir"))
    assert errors(response) == ["Another story of this day has this address."]


def test_the_reason_of_a_change_stands_in_the_history(editor, at_desk):
    article = ArticleFactory(is_public=True)
    client = at_desk(editor)
    publish_changes(client, article, standfirst="Lain.", why="The number was wrong")
    assert article.revisions.first().note == "The number was wrong"


def test_a_paid_story_without_its_sponsor_is_refused_in_a_sentence(reporter, at_desk):
    response = at_desk(reporter).post(ADD, new_story(kind=Kind.PAID))
    assert errors(response) == ["A paid story names who paid for it."]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("headline", "", "A story needs a headline."),
        ("headline", "   ", "A story needs a headline."),
        ("section", "", "Choose the section."),
        ("section", "999999", "Select a valid choice."),
        ("place", "kabupaten", "Select a valid choice."),
        ("event_on", "kemarin", "Enter a valid date."),
        ("headline", "x" * 251, "at most 250 characters"),
        ("headline", "a\x00b", "Null characters are not allowed."),
        ("tags", "x" * 81, "A tag has at most 80 characters"),
        ("tags", "Mutu, !!!", "A tag has a letter or a digit; “!!!” has none."),
        ("event_on", "1899-12-31", "The event is between 1900 and "),
        ("event_on", "9999-12-31", "please check the year."),
        ("kind", "rumour", "Select a valid choice."),
        ("bylines-TOTAL_FORMS", "many", "ManagementForm data is missing"),
    ],
)
def test_bad_input_is_a_sentence_and_loses_nothing(field, value, sentence, reporter, at_desk):
    data = new_story(standfirst="Kalimat yang panjang.", **{field: value})
    response = at_desk(reporter).post(ADD, data)
    assert response.status_code == 200
    assert any(sentence in error for error in errors(response))
    assert b"Kalimat yang panjang." in response.content
    assert b"&lt;p&gt;Paragraf pertama.&lt;/p&gt;" in response.content
    assert Article.objects.count() == 0


def test_a_script_in_the_text_does_not_survive_the_form(reporter, at_desk):
    at_desk(reporter).post(ADD, new_story(body="<p onclick=x()>a</p><script>b()</script>"))
    assert Article.objects.get().body == "<p>a</p>"


def test_tags_are_words_between_commas(reporter, at_desk):
    at_desk(reporter).post(ADD, new_story(tags="dinas pendidikan, Mutu,, mutu , SMP"))
    names = sorted(Article.objects.get().tags.values_list("name", flat=True))
    assert names == ["Mutu", "SMP", "dinas pendidikan"]


def test_tags_that_share_an_address_are_two_tags(reporter, at_desk):
    typed = f"{'é' * 80}, {'e' * 80}"
    assert at_desk(reporter).post(ADD, new_story(tags=typed)).status_code == 302
    names = sorted(Article.objects.get().tags.values_list("name", flat=True))
    assert names == ["e" * 80, "é" * 80]


def test_a_text_longer_than_the_index_takes_is_a_sentence(reporter, at_desk):
    response = at_desk(reporter).post(ADD, new_story(body="<p>" + "a " * 250_000))
    assert errors(response) == ["The text is longer than 500,000 characters."]
    assert Article.objects.count() == 0


def test_a_known_tag_is_found_whatever_its_case(reporter, at_desk):
    ArticleFactory(tags=["Pendidikan"])
    article = ArticleFactory(created_by=reporter)
    client = at_desk(reporter)
    client.post(change(article), filled(client.get(change(article)), tags="pendidikan"))
    assert [tag.name for tag in article.tags.all()] == ["Pendidikan"]


def test_a_new_story_begins_in_the_section_of_the_one_before(reporter, at_desk):
    section = SectionFactory(name="Pendidikan")
    ArticleFactory(created_by=reporter, section=section)
    form = at_desk(reporter).get(ADD).context["adminform"].form
    assert form["section"].value() == section.pk


def test_a_story_is_not_related_to_itself_and_related_ones_keep_their_order(editor, at_desk):
    article = ArticleFactory()
    first = RelatedArticleFactory(article=article, position=0)
    second = RelatedArticleFactory(article=article, position=1)
    client = at_desk(editor)
    data = filled(client.get(change(article)))
    data |= {"related_links-0-position": "1", "related_links-1-position": "0"}
    client.post(change(article), data)
    assert [row.related for row in article.related_links.all()] == [second.related, first.related]
    itself = filled(client.get(change(article)))
    itself |= line("related_links", 2, 3, related=article.pk, position=2)
    assert "A story is not related to itself." in errors(client.post(change(article), itself))


def test_saving_without_a_change_leaves_no_revision(draft, reporter, at_desk):
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft))))
    client.post(change(draft), filled(client.get(change(draft))))
    assert draft.revisions.count() == 1


def test_the_bar_says_when_it_was_saved_and_in_which_state(draft, reporter, at_desk, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 8, 8, tzinfo=datetime.UTC), tick=False)
    client = at_desk(reporter)
    client.post(change(draft), filled(client.get(change(draft)), headline="Lain"))
    assert client.get(change(draft)).context["state_line"] == "Saved 16.08 · draft"


def test_the_state_names_the_clock_of_the_place(editor, at_desk, time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 24, 8, 8, tzinfo=datetime.UTC), tick=False)
    ambon = PlaceFactory(name="Ambon", parent=province("81"))
    at = datetime.datetime(2026, 11, 25, 8, 0, tzinfo=datetime.UTC)
    article = ArticleFactory(is_scheduled=True, publish_at=at, place=ambon)
    page = at_desk(editor).get(change(article))
    assert page.context["state"] == "comes out 17.00 WIT, tomorrow"
    assert page.context["published_at"] == "17.00 WIT, tomorrow (16.00 WITA)"


def test_a_story_that_may_not_be_changed_is_shown_as_it_is_printed(reporter, at_desk):
    article = ArticleFactory(is_public=True, body="<p>Satu <strong>dua</strong>.</p>")
    page = at_desk(reporter).get(change(article)).content.decode()
    assert "<p>Satu <strong>dua</strong>.</p>" in page
    assert "textarea" not in page


def test_page_of_the_form_takes_no_inline_script_or_style(draft, reporter, at_desk):
    response = at_desk(reporter).get(change(draft))
    page = response.content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert [tag for tag in page.split("<script")[1:] if "src=" not in tag.split(">")[0]] == []
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_empty_lines_are_there_for_who_has_no_script(draft, reporter, at_desk):
    client = at_desk(reporter)
    response = client.post(change(draft), filled(client.get(change(draft)), _lines="5"))
    page = client.get(response.url.partition("#")[0])
    formsets = {i.formset.prefix: i.formset for i in page.context["inline_admin_formsets"]}
    assert len(formsets["attendances"].extra_forms) == 5
    # Sent back as they are, they are no lines.
    assert client.post(change(draft), filled(page)).status_code == 302
    assert draft.attendances.count() == 0


@pytest.mark.parametrize("lines", ["", "-1", "x", "99999999999999999999", "٣"])
def test_a_strange_number_of_empty_lines_does_no_harm(lines, draft, reporter, at_desk):
    assert at_desk(reporter).get(change(draft), {"lines": lines}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_takes_the_same_number_of_queries_for_one_row_and_three(
    rows, editor, at_desk, django_assert_num_queries
):
    article = ArticleFactory(place=PlaceFactory())
    for _row in range(rows):
        BylineFactory(article=article)
        RelatedArticleFactory(article=article)
    client = at_desk(editor)
    client.get(change(article))
    # Seven of them for the line that says what the copy desk finds, to who may publish.
    with django_assert_num_queries(30):
        client.get(change(article))
