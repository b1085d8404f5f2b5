"""A creative is shown only as somebody approved it: the states, and what a change does to them."""

from __future__ import annotations

import pytest
from django.core import mail, signing

from ads import approval
from ads.choices import CreativeState, Deed, FlightKind
from ads.models import Creative, Record
from tests.factories import StaffFactory

from .factories import AdvertiserFactory, CampaignFactory, CreativeFactory, FlightFactory
from .selling import ad_desk, draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def made(**fields) -> Creative:
    creative = CreativeFactory(flight=fields.pop("flight", None) or draft(), **fields)
    return Creative.objects.get(pk=creative.pk)


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(approval.Refused) as caught:
        act(*args, **kwargs)
    return str(caught.value)


def test_sending_gives_an_address_and_writes_to_the_campaign():
    campaign = CampaignFactory(contact_email="ambo@toko.example", price=9_999_999)
    creative = made(flight=draft(campaign=campaign))
    address = approval.send(creative, by=ad_desk())
    assert creative.state == CreativeState.SENT
    (letter,) = mail.outbox
    assert letter.to == ["ambo@toko.example"]
    assert address in letter.body
    assert "9999999" not in letter.body
    assert Record.objects.get().deed == Deed.SENT


def test_without_an_address_no_letter_goes_out():
    approval.send(made(), by=ad_desk())
    assert mail.outbox == []


def test_the_advertiser_approves_what_was_seen():
    creative = made()
    address = approval.send(creative, by=ad_desk())
    found, digest = approval.read(address.rstrip("/").rsplit("/", 1)[1])
    assert (found, digest) == (creative, creative.digest)
    approval.approve(found, name="Haji Ambo", seen=digest)
    creative.refresh_from_db()
    assert (creative.state, creative.approved_digest) == ("approved", creative.digest)
    record = Record.objects.first()
    assert (record.deed, record.by, record.name) == (Deed.APPROVED, None, "Haji Ambo")


def test_what_changed_meanwhile_is_not_approved():
    creative = made()
    approval.send(creative, by=ad_desk())
    seen = creative.digest
    Creative.objects.filter(pk=creative.pk).update(headline="Lain")
    told = refused(approval.approve, creative, name="Ambo", seen=seen)
    assert told == "It was changed after you opened this page. Look at it again."


def test_the_desk_approves_with_a_note_on_how_it_was_agreed():
    seller, creative = ad_desk(), made()
    assert refused(approval.approve, creative, by=seller) == (
        "Write how the advertiser agreed: by whom, when, in which way."
    )
    approval.approve(creative, by=seller, note="Ambo per WhatsApp, 2 Desember")
    assert creative.state == CreativeState.APPROVED
    assert Record.objects.get().note == "Ambo per WhatsApp, 2 Desember"


def test_our_own_creatives_need_no_note():
    ours = CampaignFactory(advertiser=AdvertiserFactory(is_house=True))
    house = FlightFactory(campaign=ours, kind=FlightKind.HOUSE, creatives=0)
    approval.approve(creative := made(flight=house), by=ad_desk())
    assert creative.state == CreativeState.APPROVED


def test_changes_are_wanted_in_words_and_under_a_name():
    creative = made()
    approval.send(creative, by=ad_desk())
    assert refused(approval.refuse, creative, name="Ambo", note=" ") == (
        "Write what should be different."
    )
    assert refused(approval.refuse, creative, name="", note="Merah") == "Write your name."
    approval.refuse(creative, name="Ambo", note="Merah, bukan biru")
    assert creative.state == CreativeState.REFUSED


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("send", "approved"),
        ("send", "retired"),
        ("approve", "approved"),
        ("approve", "retired"),
        ("refuse", "refused"),
        ("refuse", "retired"),
        ("retire", "retired"),
    ],
)
def test_moves_that_do_not_fit_the_state_are_refused(act, state):
    creative = made(approved=state == "approved")
    if state != "approved":
        Creative.objects.filter(pk=creative.pk).update(state=state)
    more = {"approve": {"note": "ya"}, "refuse": {"note": "tidak"}}.get(act, {})
    told = refused(getattr(approval, act), creative, by=ad_desk(), **more)
    assert "so this cannot be done with it" in told


@pytest.mark.parametrize("state", ["draft", "approved", "refused", "retired"])
def test_the_advertiser_decides_only_about_what_was_sent(state):
    creative = made(approved=state == "approved")
    if state != "approved":
        Creative.objects.filter(pk=creative.pk).update(state=state)
    assert "cannot be done" in refused(approval.approve, creative, name="Ambo")
    assert "cannot be done" in refused(approval.refuse, creative, name="Ambo", note="x")


def test_a_picture_creative_without_a_picture_is_neither_sent_nor_approved():
    creative, seller = made(kind="image"), ad_desk()
    assert refused(approval.send, creative, by=seller) == "There is no picture to approve yet."
    told = refused(approval.approve, creative, by=seller, note="ya")
    assert told == "There is no picture to approve yet."


def test_an_edit_that_readers_see_takes_the_approval_away():
    creative = made(approved=True)
    creative.headline = "Pakan ikan murah"
    assert approval.edit(creative, by=ad_desk())
    row = Creative.objects.get(pk=creative.pk)
    assert (row.state, row.approved_digest) == ("draft", "")
    assert Record.objects.get().changes == {"headline": ["Pakan ayam murah", "Pakan ikan murah"]}


def test_a_new_name_for_the_desk_leaves_the_approval():
    creative = made(approved=True)
    creative.name = "Anders"
    assert not approval.edit(creative, by=ad_desk())
    assert Creative.objects.get(pk=creative.pk).state == CreativeState.APPROVED


def test_what_was_taken_out_is_not_edited():
    creative, seller = made(approved=True), ad_desk()
    approval.retire(creative, by=seller)
    creative.headline = "Lain"
    assert refused(approval.edit, creative, by=seller) == (
        "This creative was taken out; make another one."
    )


@pytest.mark.parametrize("act", ["send", "approve", "refuse", "retire"])
def test_only_the_desk_decides_for_the_newsroom(act):
    more = {"note": "x"} if act in {"approve", "refuse"} else {}
    told = refused(getattr(approval, act), made(), by=StaffFactory(), **more)
    assert told == "Your role does not allow this."


@pytest.mark.parametrize(
    ("said", "salt"),
    [
        ({"c": 1, "d": "x"}, "other"),
        ({"c": "x"}, approval.SALT),
        ([1], approval.SALT),
        ({"c": 999_999, "d": "x"}, approval.SALT),
    ],
)
def test_addresses_that_were_signed_for_something_else_are_bad(said, salt):
    with pytest.raises(approval.BadLink):
        approval.read(signing.dumps(said, salt=salt))


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
def test_addresses_that_are_not_ours_are_bad(token):
    with pytest.raises(approval.BadLink):
        approval.read(token)
