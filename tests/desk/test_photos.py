"""Photos under a story and in the library: kept, refused, credited, never lost by another error."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from articles import live, photos, revisions, wording
from articles.models import ArticlePhoto, LateSave, Photo
from tests.covering import covered, entry
from tests.desk.conftest import filled, line, upload
from tests.desk.test_story_form import change, errors
from tests.factories import ArticleFactory, ArticlePhotoFactory, PhotoFactory, PublicationFactory


@pytest.fixture
def send(draft, reporter, at_desk):
    """Add rows of photos to the draft and return the answer."""
    client = at_desk(reporter)

    def save(*rows, **more):
        data = filled(client.get(change(draft)))
        first = draft.article_photos.count()
        for index, fields in enumerate(rows, start=first):
            data |= line("article_photos", index, first + len(rows), position=index, **fields)
        return client.post(change(draft), data | more)

    return save


def test_uploaded_photos_stand_in_the_story_in_order(send, draft, reporter):
    send(
        {"file": upload("a.jpg", "teal"), "caption": "Satu", "credit": "Rahma", "alt_text": "a"},
        {"file": upload("b.jpg", "maroon"), "caption": "Dua"},
    )
    rows = draft.article_photos.select_related("photo")
    assert [(row.caption, row.alt_text, row.photo.credit) for row in rows] == [
        ("Satu", "a", "Rahma"),
        ("Dua", "", ""),
    ]
    assert {row.photo.created_by for row in rows} == {reporter}


def test_the_focal_point_is_a_share_of_the_picture(send):
    send({"file": upload(), "focal_x": "25", "focal_y": "80"})
    assert (Photo.objects.get().focal_x, Photo.objects.get().focal_y) == (0.25, 0.8)


@pytest.mark.parametrize(
    ("name", "contents", "sentence"),
    [
        ("kosong.jpg", b"", "The submitted file is empty."),
        ("teks.jpg", b"not a picture", "This file is not a picture that can be read"),
        ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG drawings cannot be used"),
    ],
)
def test_a_file_that_is_no_photo_is_a_sentence_on_its_row(name, contents, sentence, send):
    bad = SimpleUploadedFile(name, contents, "image/jpeg")
    response = send({"file": upload(), "caption": "Baik"}, {"file": bad, "caption": "Rusak"})
    assert response.status_code == 200
    photos = response.context["inline_admin_formsets"][0].formset.forms
    assert photos[0].errors == {}
    assert any(sentence in str(error) for error in photos[1].errors["file"])
    assert "Rusak" in response.content.decode()


def test_an_accepted_photo_is_kept_when_something_else_is_wrong(send, draft):
    response = send({"file": upload(), "caption": "Suasana", "credit": "Rahma"}, headline="")
    assert response.status_code == 200
    photo = Photo.objects.get()
    again = filled(response, headline="Rapat")
    assert again["article_photos-0-photo"] == str(photo.pk)
    assert response.content.decode().count(photo.image.url) == 1
    send_again = response.client.post(change(draft), again)
    assert send_again.status_code == 302
    row = ArticlePhoto.objects.get()
    assert (row.photo, row.caption) == (photo, "Suasana")


def test_a_photo_of_the_library_brings_its_texts_along(send, draft):
    photo = PhotoFactory(caption="Pelabuhan", alt_text="Perahu", credit="Baso")
    send({"photo": photo.pk})
    row = draft.article_photos.get()
    assert (row.caption, row.alt_text, row.photo.credit) == ("Pelabuhan", "Perahu", "Baso")


def test_a_reporter_does_not_change_the_credit_of_anothers_photo(send, draft, reporter, at_desk):
    row = ArticlePhotoFactory(article=draft, photo=PhotoFactory(credit="Baso Ilham"))
    client = at_desk(reporter)
    client.post(
        change(draft),
        filled(client.get(change(draft)), **{"article_photos-0-credit": "Rahma"}),
    )
    row.photo.refresh_from_db()
    assert row.photo.credit == "Baso Ilham"


def test_anybody_who_writes_may_fill_in_a_missing_credit(draft, reporter, at_desk):
    row = ArticlePhotoFactory(article=draft, photo=PhotoFactory(credit=""))
    client = at_desk(reporter)
    client.post(
        change(draft),
        filled(client.get(change(draft)), **{"article_photos-0-credit": "Baso Ilham"}),
    )
    row.photo.refresh_from_db()
    assert row.photo.credit == "Baso Ilham"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"caption": "Tanpa foto"}, "Choose a picture, or remove this row."),
        ({"photo": "999999"}, "Select a valid choice."),
        ({"photo": "x"}, "Select a valid choice."),
        ({"photo": "9" * 40}, "Select a valid choice."),
    ],
)
def test_a_row_without_a_photo_is_a_sentence(fields, sentence, send):
    response = send(fields)
    assert any(sentence in error for error in errors(response))


@pytest.mark.parametrize(("focal_x", "focal_y"), [("101", "5"), ("-1", "5"), ("x", "5")])
def test_a_focal_point_outside_the_picture_is_a_sentence(focal_x, focal_y, send):
    response = send({"file": upload(), "focal_x": focal_x, "focal_y": focal_y})
    assert len(errors(response)) == 1


def test_the_same_photo_twice_is_a_sentence(send):
    response = send({"file": upload()}, {"file": upload()})
    assert "The same photo stands in the story twice: remove one row." in errors(response)


def test_a_row_removed_before_saving_keeps_no_photo(send):
    assert send({"file": upload(), "DELETE": "on"}).status_code == 302
    assert Photo.objects.count() == 0


def test_the_library_takes_a_photo_with_its_texts(reporter, at_desk):
    add = reverse("admin:articles_photo_add")
    data = {"file": upload(), "caption": "Pelabuhan", "credit": "Baso", "alt_text": "Perahu"}
    at_desk(reporter).post(add, data)
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit, photo.created_by) == ("Pelabuhan", "Baso", reporter)


def test_a_file_sent_again_by_somebody_else_only_fills_in_what_is_missing(
    reporter, member, at_desk
):
    add = reverse("admin:articles_photo_add")
    at_desk(reporter).post(add, {"file": upload(), "caption": "Pelabuhan", "credit": "Baso"})
    other = {"caption": "Lain", "credit": "Lain", "alt_text": "Perahu", "is_ai_generated": "on"}
    at_desk(member("reporter")).post(add, {"file": upload(), **other})
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit, photo.alt_text) == ("Pelabuhan", "Baso", "Perahu")
    assert (photo.is_ai_generated, photo.created_by) == (False, reporter)


@pytest.mark.parametrize("is_own", [True, False])
def test_a_file_sent_again_takes_new_texts_from_its_uploader_and_from_an_editor(
    is_own, reporter, editor, at_desk
):
    add = reverse("admin:articles_photo_add")
    at_desk(reporter).post(add, {"file": upload(), "caption": "Pelabuhan", "credit": "Baso"})
    again = {"file": upload(), "caption": "Lain", "credit": "Baso", "is_ai_generated": "on"}
    at_desk(reporter if is_own else editor).post(add, again)
    photo = Photo.objects.get()
    assert (photo.caption, photo.credit, photo.is_ai_generated) == ("Lain", "Baso", True)


def test_the_library_refuses_a_broken_photo_in_a_sentence(reporter, at_desk):
    bad = SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")
    response = at_desk(reporter).post(
        reverse("admin:articles_photo_add"), {"file": bad, "credit": "Baso"}
    )
    assert "not a picture that can be read" in response.content.decode()
    assert response.status_code == 200
    assert Photo.objects.count() == 0


def test_a_photo_says_where_it_is_used(editor, at_desk, draft):
    row = ArticlePhotoFactory(article=draft)
    page = at_desk(editor).get(reverse("admin:articles_photo_change", args=[row.photo_id]))
    assert "Rapat mutu pendidikan" in page.content.decode()


def library(photo):
    return reverse("admin:articles_photo_change", args=[photo.pk])


def replacement(photo):
    return reverse("admin:articles_photo_replace", args=[photo.pk])


@pytest.mark.parametrize("credit", ["", "   "])
def test_the_library_takes_and_keeps_no_photo_without_a_credit(credit, editor, at_desk):
    client = at_desk(editor)
    add = client.post(reverse("admin:articles_photo_add"), {"file": upload(), "credit": credit})
    assert add.context["adminform"].form.errors["credit"] == ["Say who made the photo."]
    assert Photo.objects.count() == 0
    photo = PhotoFactory(credit="Baso")
    kept = client.post(library(photo), {"caption": "Lain", "credit": credit})
    assert kept.context["adminform"].form.errors["credit"] == ["Say who made the photo."]
    photo.refresh_from_db()
    assert photo.credit == "Baso"


def test_the_focal_point_of_the_library_is_in_per_cent_and_asks_for_new_cuts(editor, at_desk):
    photo = PhotoFactory()
    client = at_desk(editor)
    page = client.get(library(photo))
    assert page.context["adminform"].form["focal_x"].value() == 50
    client.post(library(photo), filled_photo(page, focal_x="25", focal_y="80"))
    photo.refresh_from_db()
    assert photo.focus == (0.25, 0.8)


def filled_photo(page, **changes):
    form = page.context["adminform"].form
    values = {bound.name: bound.value() for bound in form}
    return {name: value for name, value in (values | changes).items() if value}


def test_a_focal_point_in_a_story_goes_through_its_door(send, draft):
    from procrastinate.contrib.django.models import ProcrastinateJob

    photo = PhotoFactory(created_by=draft.created_by)
    send({"photo": photo.pk, "focal_x": "10", "focal_y": "20"})
    photo.refresh_from_db()
    assert photo.focus == (0.1, 0.2)
    assert ProcrastinateJob.objects.filter(args__photo_id=photo.pk).exists()


def test_a_file_comes_in_the_place_of_a_photo_everywhere(editor, at_desk, draft):
    row = ArticlePhotoFactory(article=draft, caption="Di sini")
    old = row.photo
    client = at_desk(editor)
    assert "Rapat mutu pendidikan" in client.get(replacement(old)).content.decode()
    response = client.post(replacement(old), {"file": upload(), "credit": "Baso"})
    row.refresh_from_db()
    new = Photo.objects.exclude(pk=old.pk).get()
    assert response["Location"] == library(new)
    assert (row.photo, row.caption, new.credit) == (new, "Di sini", "Baso")
    assert draft.revisions.latest("number").created_by == editor
    # The old one is offered no more, and says which stands in its place.
    cards = client.get(reverse("admin:articles_photo_cards")).json()["cards"]
    assert [card["photo"] for card in cards] == [new.pk]
    assert library(new) in client.get(library(old)).content.decode()


def test_a_photo_of_the_library_comes_in_the_place_of_another_by_its_number(editor, at_desk, draft):
    row = ArticlePhotoFactory(article=draft)
    new = PhotoFactory(credit="Baso")
    assert at_desk(editor).post(replacement(row.photo), {"number": new.pk}).status_code == 302
    row.refresh_from_db()
    assert row.photo == new


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose a picture."),
        ({"number": "999999"}, "The library has no photo of this number."),
        ({"number": "9" * 40}, "Ensure this value is less than or equal to"),
        ({"number": "x"}, "Enter a whole number."),
        ({"number": "own"}, "A photo cannot be replaced by itself."),
        ({"number": "uncredited"}, "The new photo needs its credit first."),
    ],
)
def test_a_replacement_that_cannot_be_is_a_sentence(sent, sentence, editor, at_desk, draft):
    row = ArticlePhotoFactory(article=draft)
    keys = {"own": row.photo.pk, "uncredited": PhotoFactory(credit="").pk}
    sent = {name: keys.get(value, value) for name, value in sent.items()}
    response = at_desk(editor).post(replacement(row.photo), sent)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    row.refresh_from_db()
    assert row.photo_id == keys["own"]


def test_a_broken_file_replaces_nothing(editor, at_desk):
    photo = PhotoFactory()
    bad = SimpleUploadedFile("x.jpg", b"no picture", "image/jpeg")
    response = at_desk(editor).post(replacement(photo), {"file": bad, "credit": "Baso"})
    assert "not a picture that can be read" in response.content.decode()


def test_who_may_not_change_photos_replaces_none(reporter, at_desk):
    photo = PhotoFactory()
    assert at_desk(reporter).get(replacement(photo)).status_code == 403
    assert at_desk(reporter).post(replacement(photo), {"number": 1}).status_code == 403
    assert "replace/" not in at_desk(reporter).get(library(photo)).content.decode()


def test_the_library_says_on_whose_clock_a_photo_came(editor, at_desk):
    photo = PhotoFactory()
    desk = at_desk(editor)
    for page in (library(photo), reverse("admin:articles_photo_changelist")):
        assert wording.at_home(photo.created_at) in desk.get(page).content.decode()


def test_a_photo_is_named_by_whole_words(editor, at_desk):
    caption = "Nelayan Lappa menarik jaring pagi buta bersama anak-anak mereka di pantai timur"
    photo = PhotoFactory(caption=caption)
    assert str(photo) == "Nelayan Lappa menarik jaring pagi buta bersama anak-anak mereka …"
    assert str(PhotoFactory(caption="Dua kata")) == "Dua kata"
    assert str(photo) in at_desk(editor).get(library(photo)).content.decode()


# What a story's form may do to a photo that other stories print


def printed_elsewhere(draft, reporter, **story):
    """A photo of the reporter that stands in somebody's public or scheduled story, and in their draft."""
    photo = PhotoFactory(credit="Baso", created_by=reporter, is_ai_generated=True)
    ArticlePhotoFactory(article=ArticleFactory(**story), photo=photo, alt_text="x")
    ArticlePhotoFactory(article=draft, photo=photo, alt_text="x")
    return photo


@pytest.mark.parametrize("state", ["is_public", "is_scheduled"])
@pytest.mark.parametrize("credit", ["", "Lain"])
def test_a_draft_takes_no_credit_and_no_label_from_a_photo_that_is_printed(
    state, credit, draft, reporter, at_desk
):
    photo = printed_elsewhere(draft, reporter, **{state: True})
    client = at_desk(reporter)
    typed = {"article_photos-0-credit": credit, "article_photos-0-is_ai_generated": None}
    client.post(change(draft), filled(client.get(change(draft)), headline="Baru", **typed))
    photo.refresh_from_db()
    draft.refresh_from_db()
    assert (draft.headline, photo.credit, photo.is_ai_generated) == ("Baru", "Baso", True)


def test_a_working_copy_changes_no_credit_that_readers_see(editor, at_desk):
    article = ArticleFactory(is_public=True)
    row = ArticlePhotoFactory(article=article, photo=PhotoFactory(credit="Baso"), alt_text="x")
    client = at_desk(editor)
    typed = {"article_photos-0-credit": "Lain", "headline": "Baru"}
    client.post(change(article), filled(client.get(change(article)), **typed))
    row.photo.refresh_from_db()
    assert (article.working_copy.headline, row.photo.credit) == ("Baru", "Baso")


def test_a_save_that_came_too_late_changes_no_credit(draft, editor, member, at_desk):
    photo = PhotoFactory(credit="")
    ArticlePhotoFactory(article=draft, photo=photo, alt_text="x")
    one, two = at_desk(editor), at_desk(member("editor"))
    late = {"article_photos-0-credit": "Lama", "headline": "Mine"}
    late = filled(one.get(change(draft)), **late)
    first = {"article_photos-0-credit": "Baso", "headline": "Theirs"}
    two.post(change(draft), filled(two.get(change(draft)), **first))
    one.post(change(draft), late)
    photo.refresh_from_db()
    assert (LateSave.objects.count(), photo.credit) == (1, "Baso")


def test_a_stale_form_in_which_only_the_credit_was_changed_has_changed_nothing(
    draft, editor, member, at_desk
):
    photo = PhotoFactory(credit="Baso")
    ArticlePhotoFactory(article=draft, photo=photo, alt_text="x")
    one, two = at_desk(editor), at_desk(member("editor"))
    late = filled(one.get(change(draft)), **{"article_photos-0-credit": "Lain"})
    two.post(change(draft), filled(two.get(change(draft)), headline="Theirs"))
    one.post(change(draft), late)
    photo.refresh_from_db()
    assert (LateSave.objects.count(), photo.credit) == (0, "Baso")


def test_a_label_is_set_in_a_story_and_taken_away_in_none(draft, reporter, at_desk):
    photo = PhotoFactory(created_by=reporter)
    ArticlePhotoFactory(article=draft, photo=photo)
    client = at_desk(reporter)
    for label in ("on", None):
        typed = {"article_photos-0-is_ai_generated": label}
        client.post(change(draft), filled(client.get(change(draft)), **typed))
        photo.refresh_from_db()
        assert photo.is_ai_generated


def test_a_credit_that_is_there_is_shown_with_the_way_to_the_library(draft, reporter, at_desk):
    own = ArticlePhotoFactory(article=draft, photo=PhotoFactory(created_by=reporter))
    others = ArticlePhotoFactory(article=draft, photo=PhotoFactory(credit="Rahma"), position=1)
    page = at_desk(reporter).get(change(draft)).content.decode()
    assert "Baso Ilham" in page
    assert "Rahma" in page
    assert 'name="article_photos-0-credit"' not in page
    assert 'name="article_photos-1-credit"' not in page
    assert f'href="{library(own.photo)}"' in page
    assert f'href="{library(others.photo)}"' not in page


def test_who_uploaded_a_photo_mends_its_credit_in_the_library(reporter, at_desk):
    photo = PhotoFactory(created_by=reporter)
    client = at_desk(reporter)
    client.post(library(photo), filled_photo(client.get(library(photo)), credit="Rahma"))
    photo.refresh_from_db()
    assert photo.credit == "Rahma"
    assert "replace/" not in client.get(library(photo)).content.decode()


PRINTED = "The photo stands in a story that is public or scheduled: an editor changes its credit and label."


@pytest.mark.parametrize("state", ["is_public", "is_scheduled"])
@pytest.mark.parametrize("typed", [{"credit": "Rahma"}, {"is_ai_generated": None}])
def test_the_words_of_a_printed_photo_are_for_who_may_change_photos(
    state, typed, draft, reporter, editor, at_desk
):
    photo = printed_elsewhere(draft, reporter, **{state: True})
    client = at_desk(reporter)
    refused = client.post(library(photo), filled_photo(client.get(library(photo)), **typed))
    assert refused.context["adminform"].form.errors["credit"] == [PRINTED]
    photo.refresh_from_db()
    assert (photo.credit, photo.is_ai_generated) == ("Baso", True)
    client = at_desk(editor)
    client.post(library(photo), filled_photo(client.get(library(photo)), **typed))
    photo.refresh_from_db()
    assert (photo.credit, photo.is_ai_generated) != ("Baso", True)


def test_a_photo_of_live_coverage_is_in_a_story_and_stands_in_public(reporter, editor, at_desk):
    photo = PhotoFactory(created_by=reporter)
    story = covered(by=editor, headline="Banjir Bulusirua")
    found = entry(story, by=editor, photo=photo)
    client = at_desk(reporter)
    page = client.get(library(photo))
    assert "Banjir Bulusirua" in page.content.decode()
    refused = client.post(library(photo), filled_photo(page, credit="Rahma"))
    assert refused.context["adminform"].form.errors["credit"] == [PRINTED]
    assert "Banjir Bulusirua" in at_desk(editor).get(replacement(photo)).content.decode()
    live.withdraw(found, by=editor, word="Keliru")
    assert "in no story" in client.get(library(photo)).content.decode()
    assert not photos.stands_in_public(photo)


def test_a_file_sent_again_changes_no_credit_of_a_printed_photo(reporter, at_desk):
    add = reverse("admin:articles_photo_add")
    client = at_desk(reporter)
    client.post(add, {"file": upload(), "caption": "Pelabuhan", "credit": "Baso"})
    photo = Photo.objects.get()
    ArticlePhotoFactory(article=ArticleFactory(is_public=True), photo=photo)
    client.post(add, {"file": upload(), "caption": "Pelabuhan", "credit": "Rahma"})
    photo.refresh_from_db()
    assert photo.credit == "Baso"


def test_the_page_to_replace_a_photo_says_that_the_old_file_stays(editor, at_desk):
    page = at_desk(editor).get(replacement(PhotoFactory())).content.decode()
    assert "The file of the old photo is not deleted" in page


def test_the_page_of_then_prints_the_credit_of_then(editor, at_desk):
    PublicationFactory()
    article = ArticleFactory(is_public=True)
    row = ArticlePhotoFactory(article=article, photo=PhotoFactory(credit="Kredit Dulu"))
    revision = revisions.record(article, by=editor)
    Photo.objects.filter(pk=row.photo_id).update(credit="Kredit Kini")
    hour_ago = timezone.now() - timedelta(hours=1)
    article.revisions.filter(pk=revision.pk).update(created_at=hour_ago)
    at = f"{timezone.localtime(hour_ago, article.zone) + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}"
    then = reverse("admin:articles_article_history", args=[article.pk]) + "then/"
    page = at_desk(editor).get(then, {"at": at}).content.decode()
    assert "Kredit Dulu" in page
    assert "Kredit Kini" not in page
