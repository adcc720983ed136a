"""OneRoster 1.1: a whole package first, what changed later, and packages that are not what they say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Department, User
from attendance.imports.rosters import file_kinds, imports
from attendance.imports.rosters.plan import Options
from attendance.models import Course, Enrollment, SourcedId
from config.errors import Refused
from tests.conftest import Role
from tests.support import attendance as campus
from tests.support import oneroster
from tests.support.oneroster import enrollments, package, zipped

# How a file is read is Python: what its values become is asked of each database by test_cases_*.py.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


def wishes(files):
    return file_kinds.from_bytes("roster.zip", files if isinstance(files, bytes) else zipped(files))


def looked(files, **options):
    report = imports.dry_run(wishes(files), Options(**options))
    return {(v.file, v.line): (v.outcome.value, v.code) for v in report.verdicts}


def done(files, **options):
    return imports.apply(wishes(files), Options(**options))


def roster(code):
    rows = Enrollment.objects.filter(course__code=code).values_list("person__id_number", "since", "until")
    return {number: (since and str(since), until and str(until)) for number, since, until in rows}


def refusal(files, **options):
    with pytest.raises(Refused) as caught:
        done(files, **options)
    return caught.value.code


# --- the whole package --------------------------------------------------------------------------


def test_classes_become_courses_and_their_people_are_found(ada, grace, teacher):
    """Ada by her student number, Grace by the name she signs in with, the teacher by his id elsewhere."""
    department = Department.objects.create(code="cs", name="Computer Science")
    report = done(package())
    assert report.kind == "oneroster"
    first, second = Course.objects.get(code="ALG-A"), Course.objects.get(code="ALG-B")
    assert (first.title, second.title) == ("Algorithms A", "Algorithms")
    assert first.department == department
    assert list(first.teachers.all()) == [teacher]
    assert roster("ALG-A") == {"s-ada": ("2026-02-01", "2026-06-30"), "s-grace": ("2026-03-01", "2026-05-31")}
    assert roster("ALG-B") == {"s-ada": ("2026-02-01", "2026-08-31")}
    assert not Enrollment.objects.exclude(person__in=[ada, grace]).exists()


def test_importing_the_same_package_again_changes_nothing(ada, grace, teacher):
    done(package())
    again = done(package())
    assert again.counts == {"new": 0, "changed": 0, "ended": 0, "same": 6, "refused": 0}
    assert Course.objects.count() == 2
    assert SourcedId.objects.count() == 5


def test_a_dry_run_says_the_same_and_leaves_nothing(ada, grace, teacher):
    shown = looked(package())
    assert shown == {
        ("classes.csv", 2): ("new", "course"),
        ("classes.csv", 3): ("new", "course"),
        ("enrollments.csv", 2): ("new", "enrolled"),
        ("enrollments.csv", 3): ("new", "enrolled"),
        ("enrollments.csv", 4): ("new", "teacher"),
        ("enrollments.csv", 5): ("new", "enrolled"),
    }
    assert not Course.objects.exists()
    assert not SourcedId.objects.exists()
    report = done(package())
    assert {(v.file, v.line): (v.outcome.value, v.code) for v in report.verdicts} == shown


def test_a_course_that_is_there_already_becomes_the_class(ada, grace, teacher):
    mine = campus.course(code="alg-a")
    assert looked(package())["classes.csv", 2] == ("same", "course")
    done(package())
    assert Course.objects.count() == 2
    assert mine.enrollments.count() == 2


def test_two_classes_with_one_code_stay_two_courses(ada, grace, teacher):
    files = package(classes=oneroster.CLASSES.replace("ALG-B", "ALG-A"))
    done(files)
    assert set(Course.objects.values_list("code", flat=True)) == {"ALG-A", "ALG-A-2"}
    done(files)
    assert Course.objects.count() == 2


@pytest.mark.parametrize("code", ["", "Änderung & Wandel / 2026", "x" * 80, "???"])
def test_whatever_a_class_is_called_its_course_has_a_code(ada, grace, teacher, code):
    done(package(classes=oneroster.CLASSES.replace("ALG-A", code)))
    made = SourcedId.objects.get(kind="class", sourced_id="cl-1").course
    made.full_clean()
    assert made.enrollments.count() == 2


def test_people_whom_nobody_knows_are_added_only_when_that_is_wanted(db):
    shown = looked(package())
    assert shown["enrollments.csv", 2] == ("refused", "unknown_person")
    done(package(), create=True)
    assert dict(User.objects.values_list("id_number", "role")) == {
        "s-ada": Role.MEMBER,
        "u-2": Role.MEMBER,
        "u-3": Role.TEACHER,
    }
    assert User.objects.get(id_number="u-3").courses_taught.get().code == "ALG-A"
    assert done(package(), create=True).changes == 0


def test_somebody_is_found_by_e_mail_when_no_number_fits(teacher, ada):
    from tests.conftest import person

    hopper = person("7001", "Grace", email="Grace@Example.org")
    done(package())
    assert set(roster("ALG-A")) == {"s-ada", "7001"}
    person("7002", "Another", email="grace@example.org")
    SourcedId.objects.filter(person=hopper).delete()
    assert looked(package())["enrollments.csv", 3] == ("refused", "ambiguous")


def test_a_member_is_not_made_a_teacher_by_a_file(ada, grace):
    from tests.conftest import person

    knuth = person("t-knuth", "Donald")
    assert looked(package())["enrollments.csv", 4] == ("refused", "no_teacher")
    done(package())
    assert not knuth.courses_taught.exists()
    knuth.refresh_from_db()
    assert knuth.role == Role.MEMBER


def test_two_people_of_the_file_are_never_one_of_ours(ada, grace, teacher):
    twice = oneroster.USERS.replace("u-2,,,true,org-1,student,s-grace", "u-2,,,true,org-1,student,s-ada")
    assert looked(package(users=twice))["enrollments.csv", 3] == ("refused", "other_name")
    twice = twice.replace("Grace,Hopper", "Ada,Lovelace")
    assert looked(package(users=twice))["enrollments.csv", 3] == ("refused", "same_person")


def test_guardians_and_others_take_no_part(ada, grace, teacher):
    assert ("enrollments.csv", 6) not in looked(package())


# --- what changed later -------------------------------------------------------------------------


@pytest.fixture
def imported(ada, grace, teacher):
    done(package())
    Enrollment.objects.update(until=None)


def test_a_delta_ends_who_is_to_be_deleted_and_leaves_the_others(imported, grace):
    files = oneroster.delta(enrollments=enrollments("e-2,tobedeleted,2026-03-01T00:00:00Z,cl-1,org-1,u-2,student,,,"))
    assert looked(files) == {("enrollments.csv", 2): ("ended", "ended")}
    done(files)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert Enrollment.objects.get(person=grace).until == yesterday
    assert roster("ALG-A")["s-ada"][1] is None
    assert looked(files) == {("enrollments.csv", 2): ("same", "ended")}


def test_a_delta_finds_people_and_classes_of_earlier_imports_by_their_ids(imported, teacher):
    files = oneroster.delta(
        enrollments=enrollments(
            "e-9,active,2026-03-01T00:00:00Z,cl-2,org-1,u-2,student,,2026-04-01,2026-05-01",
            "e-3,tobedeleted,2026-03-01T00:00:00Z,cl-1,org-1,u-3,teacher,,,",
        )
    )
    assert looked(files) == {
        ("enrollments.csv", 2): ("new", "enrolled"),
        ("enrollments.csv", 3): ("ended", "teacher_ended"),
    }
    done(files)
    assert roster("ALG-B")["s-grace"] == ("2026-04-01", "2026-04-30")
    assert not teacher.courses_taught.exists()


def test_a_delta_with_ids_that_nobody_knows_is_refused_line_by_line(imported):
    files = oneroster.delta(
        enrollments=enrollments(
            "e-8,active,2026-03-01T00:00:00Z,cl-9,org-1,u-1,student,,,",
            "e-9,active,2026-03-01T00:00:00Z,cl-1,org-1,u-9,student,,,",
        )
    )
    assert looked(files) == {
        ("enrollments.csv", 2): ("refused", "unknown_class"),
        ("enrollments.csv", 3): ("refused", "unknown_person"),
    }


def test_an_enrolment_that_moves_from_one_line_to_another_stays(imported):
    files = oneroster.delta(
        enrollments=enrollments(
            "e-1,tobedeleted,2026-03-01T00:00:00Z,cl-1,org-1,u-1,student,,,",
            "e-7,active,2026-03-01T00:00:00Z,cl-1,org-1,u-1,student,,2026-03-01,",
        )
    )
    assert looked(files)["enrollments.csv", 2] == ("same", "replaced")
    done(files)
    assert roster("ALG-A")["s-ada"] == ("2026-03-01", None)


def test_a_class_that_is_to_be_deleted_ends_its_course_and_its_people(imported):
    session = campus.session(Course.objects.get(code="ALG-A"), timezone.now() + timedelta(days=1), opened=False)
    files = package("delta", classes=oneroster.CLASSES.replace("cl-1,,", "cl-1,tobedeleted,2026-03-01T00:00:00Z"))
    assert looked(files)["classes.csv", 2] == ("ended", "course_ended")
    done(files)
    assert not Course.objects.get(code="ALG-A").active
    assert not type(session).objects.filter(pk=session.pk).exists()
    assert Course.objects.get(code="ALG-B").active
    assert done(files).changes == 0


def test_whoever_a_whole_package_does_not_name_any_more_leaves_when_that_is_wanted(imported, grace):
    smaller = package(
        enrollments=oneroster.ENROLLMENTS.replace("e-2,,,cl-1,org-1,u-2,student,,2026-03-01,2026-06-01\n", "")
    )
    assert done(smaller).counts["ended"] == 0
    report = done(smaller, end_missing=True)
    assert [(v.line, v.person, v.code) for v in report.verdicts if v.outcome == "ended"] == [
        (0, "Grace Hopper (s-grace)", "missing")
    ]
    assert Enrollment.objects.get(person=grace).until < timezone.localdate()


# --- packages that are not what they say --------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (package(manifest=None), "no_manifest"),
        (package(manifest=oneroster.MANIFEST.replace("{mode}", "bulk").replace("1.1", "2.0")), "wrong_version"),
        (package(users=None), "missing_file"),
        (package("absent"), "missing_file"),
        (package(enrollments="sourcedId,role\ne-1,student\n"), "missing_column"),
        ({"readme": "hello"}, "no_manifest"),
    ],
)
def test_a_package_that_is_wrong_as_a_whole_is_refused(files, code):
    assert refusal(files) == code
    assert not Course.objects.exists()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("e-1,,,cl-1,org-1,u-1,student,,2026-13-01,", "bad_date"),
        ("e-1,,,cl-1,org-1,u-1,student,,2026-06-01,2026-03-01", "ends_before_it_begins"),
        ("e-1,,,cl-1,org-1,,student,,,", "incomplete"),
        ("e-1,,,cl-1,org-1,u-1,,,,", "incomplete"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_and_the_others_are_not(ada, grace, teacher, row, code):
    files = package(enrollments=enrollments(row, "e-4,,,cl-2,org-1,u-1,student,,,"))
    assert looked(files)["enrollments.csv", 2] == ("refused", code)
    done(files)
    assert set(roster("ALG-B")) == {"s-ada"}


def test_a_term_whose_days_cannot_be_read_limits_nobody(ada, grace, teacher):
    done(package(academicSessions=oneroster.SESSIONS.replace("2026-02-01", "soon")))
    assert roster("ALG-A")["s-ada"] == (None, None)


def test_the_folder_may_be_packed_too_and_what_systems_leave_behind_is_passed_over(ada, grace, teacher):
    data = zipped(package() | {"demographics": "x"}, folder="export 2026/")
    assert done(data).counts["new"] == 6


def test_a_folder_on_disk_is_a_package_too(tmp_path, ada, grace, teacher):
    for name, text in package().items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    report = imports.apply(file_kinds.from_path(tmp_path), Options())
    assert report.counts["new"] == 6
    with pytest.raises(Refused) as caught:
        file_kinds.from_path(tmp_path / "nowhere")
    assert caught.value.code == "no_such_file"


def test_only_administrators_import_a_package(ada, grace, teacher, administrator):
    assert refusal(package(), by=teacher) == "not_allowed"
    assert done(package(), by=administrator).counts["new"] == 6


def test_an_enrolment_that_had_not_begun_goes_when_it_is_deleted(imported, grace):
    Enrollment.objects.filter(person=grace).update(since=date(2199, 1, 1))
    done(oneroster.delta(enrollments=enrollments("e-2,tobedeleted,,cl-1,org-1,u-2,student,,,")))
    assert not Enrollment.objects.filter(person=grace).exists()
