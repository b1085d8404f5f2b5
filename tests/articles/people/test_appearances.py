"""Who appears where, kept by triggers: always what the registers of public stories say."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.choices import Capacity, Status, Verdict
from articles.models import (
    Appearance,
    Article,
    Attendance,
    IdentityJudgement,
    Organisation,
    Person,
    Post,
    Tenure,
)
from tests.articles.people.appearing import worked_out, written
from tests.factories import (
    ArticleFactory,
    AttendanceFactory,
    OrganisationFactory,
    PersonFactory,
    PostFactory,
    TenureFactory,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


def of_person(person) -> list[tuple[int, str]]:
    rows = Appearance.objects.filter(person=person).order_by("article_id")
    return list(rows.values_list("article_id", "appears_as"))


def of_organisation(organisation) -> list[tuple[int, str]]:
    rows = Appearance.objects.filter(organisation=organisation).order_by("article_id")
    return list(rows.values_list("article_id", "appears_as"))


def test_line_of_a_public_story_is_an_appearance_at_its_time():
    line = AttendanceFactory(article=ArticleFactory(is_public=True), capacity=Capacity.QUOTED)
    row = Appearance.objects.get()
    assert (row.person, row.article, row.appears_as) == (line.person, line.article, "quoted")
    assert row.at == line.article.publish_at


@pytest.mark.parametrize(
    "state",
    [{}, {"is_withdrawn": True}, {"is_public": True, "is_identity_protected": True}],
    ids=["draft", "withdrawn", "protected"],
)
def test_line_of_a_story_that_is_not_public_is_none(state):
    AttendanceFactory(article=ArticleFactory(**state))
    assert written() == set()


def test_story_that_comes_out_and_is_withdrawn_takes_its_appearances_along():
    line = AttendanceFactory()
    story = Article.objects.filter(pk=line.article_id)
    story.update(
        status=Status.PUBLISHED, publish_at=timezone.now(), published_on=timezone.localdate()
    )
    assert of_person(line.person) == [(line.article_id, "attended")]
    story.update(is_identity_protected=True)
    assert of_person(line.person) == []
    story.update(is_identity_protected=False)
    assert of_person(line.person) == [(line.article_id, "attended")]
    story.update(status=Status.DRAFT)
    assert of_person(line.person) == []


def test_scheduled_story_waits_for_its_time():
    line = AttendanceFactory(article=ArticleFactory(is_scheduled=True))
    assert of_person(line.person) == [(line.article_id, "attended")]
    assert not Appearance.objects.published().exists()
    assert not Person.objects.public().exists()
    Article.objects.filter(pk=line.article_id).update(publish_at=timezone.now() - HOUR)
    assert Appearance.objects.published().get().person == line.person
    assert Person.objects.public().get() == line.person


def test_story_that_is_deleted_takes_its_appearances_along():
    lines = AttendanceFactory.create_batch(3, article=ArticleFactory(is_public=True))
    lines[0].article.delete()
    assert written() == set()


def test_person_who_stands_for_another_makes_both_appear():
    regent = PersonFactory()
    line = AttendanceFactory(article=ArticleFactory(is_public=True), represents_person=regent)
    assert of_person(regent) == [(line.article_id, "represented")]
    assert of_person(line.person) == [(line.article_id, "attended")]


def test_strongest_reason_counts():
    regent = PersonFactory()
    story = ArticleFactory(is_public=True)
    AttendanceFactory(article=story, represents_person=regent)
    AttendanceFactory(article=story, person=regent, capacity=Capacity.MENTIONED)
    assert of_person(regent) == [(story.pk, "represented")]
    Attendance.objects.filter(person=regent).update(capacity=Capacity.ORGANISER)
    assert of_person(regent) == [(story.pk, "organiser")]


def test_organisation_appears_by_delegation_by_whom_it_is_stood_for_and_by_its_office():
    story = ArticleFactory(is_public=True)
    sent, stood_for, held = OrganisationFactory.create_batch(3)
    AttendanceFactory(article=story, person=None, organisation=sent)
    AttendanceFactory(article=story, represents_post=PostFactory(organisation=stood_for))
    tenure = TenureFactory(post__organisation=held)
    line = AttendanceFactory(article=story, person=tenure.person, tenure=tenure)
    assert of_organisation(sent) == [(story.pk, "sent")]
    assert of_organisation(stood_for) == [(story.pk, "represented")]
    assert of_organisation(held) == [(story.pk, "office")]
    # The office belongs elsewhere now, or is taken off the line.
    tenure.post = PostFactory(organisation=sent)
    tenure.save()
    assert of_organisation(held) == []
    tenure.post.organisation = held
    tenure.post.save()
    assert of_organisation(held) == [(story.pk, "office")]
    tenure.delete()
    line.refresh_from_db()
    assert line.tenure is None
    assert of_organisation(held) == []


def test_merged_entry_appears_as_the_one_that_stands_for_it():
    root = PersonFactory()
    line = AttendanceFactory(article=ArticleFactory(is_public=True))
    Person.objects.filter(pk=line.person_id).update(merged_into=root)
    assert of_person(root) == [(line.article_id, "attended")]
    assert of_person(line.person) == []
    Person.objects.filter(pk=line.person_id).update(merged_into=None)
    assert of_person(root) == []
    assert of_person(line.person) == [(line.article_id, "attended")]


def test_lines_that_only_change_their_order_cost_no_refresh():
    line = AttendanceFactory(article=ArticleFactory(is_public=True))
    before = Appearance.objects.get().pk
    Attendance.objects.filter(pk=line.pk).update(position=9)
    assert Appearance.objects.get().pk == before
    Attendance.objects.filter(pk=line.pk).update(capacity=Capacity.QUOTED)
    assert Appearance.objects.get().pk != before


def test_line_that_is_added_or_removed_leaves_the_rows_of_the_others_alone():
    story = ArticleFactory(is_public=True)
    lines = AttendanceFactory.create_batch(3, article=story)
    before = {row.pk for row in Appearance.objects.all()}
    added = AttendanceFactory(article=story)
    assert before < {row.pk for row in Appearance.objects.all()}
    lines[0].delete()
    after = {row.pk for row in Appearance.objects.exclude(person=added.person)}
    assert after < before and len(after) == 2


def test_line_that_gives_a_stronger_reason_raises_the_row_and_a_weaker_one_does_not():
    regent = PersonFactory()
    story = ArticleFactory(is_public=True)
    AttendanceFactory(article=story, person=regent, capacity=Capacity.MENTIONED)
    AttendanceFactory(article=story, represents_person=regent)
    assert of_person(regent) == [(story.pk, "represented")]
    merged = PersonFactory(merged_into=regent)
    AttendanceFactory(article=story, person=merged, capacity=Capacity.QUOTED)
    assert of_person(regent) == [(story.pk, "quoted")]
    AttendanceFactory(article=story, represents_person=merged)
    assert of_person(regent) == [(story.pk, "quoted")]


def test_work_for_a_line_does_not_grow_with_the_register():
    """The rows that the database writes for one more line, among two and among twenty."""
    written_rows = []
    for size in (2, 20):
        story = ArticleFactory(is_public=True)
        AttendanceFactory.create_batch(size, article=story)
        before = _rows_written()
        AttendanceFactory(article=story)
        written_rows.append(_rows_written() - before)
    assert written_rows == [1, 1]


def _rows_written() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname = 'articles_appearance'"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_lines_of_one_story_at_once_lose_none():
    story = ArticleFactory(is_public=True)
    people = PersonFactory.create_batch(6)
    added = at_once(
        *(
            lambda person=person: AttendanceFactory(article=story, person=person)
            for person in people
        )
    )
    assert [line.person for line in added] == people
    assert {row.person for row in Appearance.objects.select_related("person")} == set(people)


def test_nobody_is_merged_into_a_merged_entry():
    first, second, third = PersonFactory.create_batch(3)
    with pytest.raises(IntegrityError, match="not itself merged"), transaction.atomic():
        Person.objects.filter(pk=first.pk).update(merged_into=second)
        Person.objects.filter(pk=second.pk).update(merged_into=third)
        _look_at_constraints()


def test_nobody_is_merged_into_oneself():
    person = PersonFactory()
    with (
        pytest.raises(IntegrityError, match="articles_person_not_into_itself"),
        transaction.atomic(),
    ):
        Person.objects.filter(pk=person.pk).update(merged_into=person)


def test_judgement_is_undone_once_and_neither_changed_nor_deleted():
    first, second = PersonFactory.create_batch(2)
    judged = IdentityJudgement.objects.create(person=first, other=second, verdict=Verdict.SAME)
    rows = IdentityJudgement.objects.filter(pk=judged.pk)
    for change in (
        lambda: rows.update(verdict=Verdict.DIFFERENT),
        lambda: rows.update(undone_at=timezone.now(), note="rewritten"),
        lambda: rows.delete(),
    ):
        with pytest.raises(IntegrityError, match="undone, once"), transaction.atomic():
            change()
    rows.update(undone_at=timezone.now())
    with pytest.raises(IntegrityError, match="undone, once"), transaction.atomic():
        rows.update(undone_at=timezone.now() + HOUR)


@pytest.mark.parametrize(
    ("verdicts", "constraint"),
    [
        ([(0, 1, "same"), (1, 0, "different")], "articles_judgement_pair_once"),
        ([(0, 1, "same"), (0, 2, "same")], "articles_judgement_gives_way_once"),
        ([(0, 0, "same")], "articles_judgement_of_two"),
        ([(0, 1, "perhaps")], "articles_judgement_verdict_known"),
    ],
)
def test_judgements_of_a_wrong_shape_are_refused(verdicts, constraint):
    people = PersonFactory.create_batch(3)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        for person, other, verdict in verdicts:
            IdentityJudgement.objects.create(
                person=people[person], other=people[other], verdict=verdict
            )


def test_pair_can_be_judged_again_when_the_judgement_was_undone():
    first, second = PersonFactory.create_batch(2)
    judged = IdentityJudgement.objects.create(person=first, other=second, verdict=Verdict.SAME)
    IdentityJudgement.objects.filter(pk=judged.pk).update(undone_at=timezone.now())
    again = IdentityJudgement.objects.create(person=second, other=first, verdict=Verdict.DIFFERENT)
    assert IdentityJudgement.objects.filter(undone_at=None).get() == again


small = st.integers(0, 2)
maybe = st.none() | small
ACTS = st.one_of(
    st.tuples(st.just("line"), small, small, st.sampled_from(Capacity.values), maybe, maybe),
    st.tuples(st.just("delegation"), small, small, maybe),
    st.tuples(st.just("remove"), st.integers(0, 9)),
    st.tuples(st.just("capacity"), st.sampled_from(Capacity.values)),
    st.tuples(st.just("state"), small, st.sampled_from(["draft", "published"]), st.booleans()),
    st.tuples(st.just("end"), small, maybe),
    st.tuples(st.just("merge"), small, maybe),
    st.tuples(st.just("post"), small, small),
    st.tuples(st.just("organisation"), small, small),
    st.tuples(st.just("delete"), small),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ACTS, min_size=1, max_size=14))
def test_table_is_what_the_registers_say_after_any_changes(acts):
    with transaction.atomic():
        _play(acts)
        _look_at_constraints()
        assert written() == worked_out()
        transaction.set_rollback(True)


def _play(acts) -> None:
    stories = ArticleFactory.create_batch(3, is_public=True)
    people = PersonFactory.create_batch(3)
    posts = PostFactory.create_batch(3)
    tenures = [
        TenureFactory(person=person, post=post) for person, post in zip(people, posts, strict=True)
    ]
    for act, *args in acts:
        if act == "line":
            story, who, capacity, stands_for, office = args
            if Attendance.objects.filter(article=stories[story], person=people[who]).exists():
                continue
            AttendanceFactory(
                article=stories[story],
                person=people[who],
                capacity=capacity,
                represents_person=None if stands_for is None else people[stands_for],
                # An office on a line is one of its person; which post that is changes below.
                tenure=None if office is None else tenures[who],
            )
        elif act == "delegation":
            story, sender, office = args
            number = Attendance.objects.count()
            AttendanceFactory(
                article=stories[story],
                person=None,
                name_as_printed=f"perwakilan {number}",
                organisation=posts[sender].organisation,
                represents_post=None if office is None else posts[office],
            )
        elif act == "remove":
            Attendance.objects.filter(pk__in=Attendance.objects.all()[args[0] :][:1]).delete()
        elif act == "capacity":
            Attendance.objects.filter(person__isnull=False).update(capacity=args[0])
        elif act == "state":
            story, status, is_protected = args
            Article.objects.filter(pk=stories[story].pk).update(
                status=status, is_identity_protected=is_protected
            )
        elif act == "end":
            story, days = args
            at = None if days is None else timezone.now() + datetime.timedelta(days=days)
            Article.objects.filter(pk=stories[story].pk).update(unpublish_at=at)
        elif act == "merge":
            entry, root = args
            if root == entry or (
                root is not None and Person.objects.get(pk=people[root].pk).merged_into
            ):
                continue
            Person.objects.filter(merged_into=people[entry]).update(merged_into=None)
            Person.objects.filter(pk=people[entry].pk).update(
                merged_into=None if root is None else people[root]
            )
        elif act == "post":
            Tenure.objects.filter(pk=tenures[args[0]].pk).update(post=posts[args[1]])
        elif act == "organisation":
            other = Organisation.objects.get(pk=posts[args[1]].organisation_id)
            Post.objects.filter(pk=posts[args[0]].pk).update(organisation=other)
        elif act == "delete":
            Article.objects.filter(pk=stories[args[0]].pk).delete()
            stories[args[0]] = ArticleFactory(is_public=True)


def _look_at_constraints() -> None:
    """What is looked at when a transaction ends, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
