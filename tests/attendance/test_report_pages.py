"""The pages of reports and analytics: what they show to whom, their files and their charts."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import openpyxl
import pytest
from django.test import Client

from attendance.reports.analytics import chart_data, views
from attendance.reports.analytics.chart_data import is_at_risk, numbers
from attendance.reports.analytics.charts import CHARTS
from attendance.reports.counts import Tally
from attendance.reports.periods import usual_periods
from attendance.reports.queries import Wanted
from attendance.rules.arrivals import bin_of, bins
from config.tables.files import FORMATS
from tests.support import attendance as campus
from tests.support import pdf_text
from tests.support.attendance import NINE
from tests.support.attendance_history import days, held

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = pytest.mark.same_on_every_database

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
REPORTS, ANALYTICS = "/attendance/reports/", "/attendance/analytics/"


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(ada, grace, teacher=teacher)


@pytest.fixture
def march(cs101, ada, grace):
    """Four Mondays at nine. Ada: present, late, absent, present. Grace: absent, absent, excused, present."""
    for week, (of_ada, of_grace) in enumerate(
        [("present", "absent"), ("late", "absent"), ("absent", "excused"), ("present", "present")]
    ):
        held(cs101, {ada: of_ada, grace: of_grace}, NINE + days(7 * week))
    return cs101


@pytest.fixture
def elsewhere(march, librarian):
    course = campus.course(librarian, code="ma202", station=campus.room("room-2"))
    held(course, {librarian: "absent"}, NINE + days(1))
    return course


def looking(person) -> Client:
    client = Client()
    client.force_login(person, backend="accounts.backends.RoleBackend")
    return client


def page(person, path=REPORTS, /, **chosen):
    return looking(person).get(path, MARCH | chosen)


def text_of(response) -> str:
    """The words of a page, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode())).replace("&nbsp;", "\u00a0")


def file(person, form="csv", /, **chosen) -> bytes:
    answer = looking(person).get(f"{REPORTS}{form}/", MARCH | chosen)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


# --- the page -----------------------------------------------------------------------------------


def test_the_page_shows_the_numbers_and_the_first_lines(march, teacher):
    answer = page(teacher)
    shown = text_of(answer)
    assert "57.1 %" in shown
    assert answer.context["table"].facts[0] == ("Attendance", "57.1\u00a0%")
    assert [row.cells[2].text for row in answer.context["table"].rows][:2] == ["s-grace", "s-ada"]
    assert "8 lines" in shown


def test_the_page_says_that_the_files_hold_more_than_it_shows(cs101, ada, grace, teacher):
    for number in range(30):
        held(cs101, {ada: "present", grace: "present"}, NINE + timedelta(hours=2 * number))
    answer = page(teacher)
    assert len(answer.context["table"].rows) == 50
    assert "The first 50 of 60 lines. The downloads contain all of them." in text_of(answer)
    assert len(file(teacher).splitlines()) == 61


def test_the_same_numbers_stand_on_the_page_and_in_every_file(march, teacher):
    for kind in ("records", "people", "sessions"):
        facts = dict(page(teacher, kind=kind).context["table"].facts)
        book = openpyxl.load_workbook(io.BytesIO(file(teacher, "xlsx", kind=kind)))
        about = dict(book["About"].iter_rows(min_col=1, max_col=2, values_only=True))
        paper = pdf_text.rows(file(teacher, "pdf", kind=kind))
        for word in ("Counted", "Present", "Late", "Absent", "Excused"):
            assert str(about[word]) == facts[word]
        titles = next(number for number, line in enumerate(paper) if "Counted" in line and "Attendance" in line)
        on_paper = dict(zip(paper[titles], paper[titles - 1], strict=True))
        assert {word: value.replace("\u00a0", " ") for word, value in facts.items()} == on_paper
    lines = csv.DictReader(io.StringIO(file(teacher).decode()))
    assert [line["status"] for line in lines].count("absent") == int(facts["Absent"])


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_can_be_taken(march, teacher, form):
    assert len(file(teacher, form, kind="people")) > 100


def test_an_unknown_format_is_not_found_and_a_wrong_choice_is_said(march, teacher):
    client = looking(teacher)
    assert client.get(f"{REPORTS}docx/").status_code == 404
    answer = client.get(f"{REPORTS}csv/", {"from": "2026-03-02", "to": "2026-03-01"})
    assert (answer.status_code, "To: The period ends before it begins." in answer.content.decode()) == (400, True)


def test_a_wrong_choice_is_said_at_its_field_and_above_the_numbers(march, teacher):
    shown = text_of(page(teacher, course="nowhere"))
    assert shown.count("There is no such course, or it is not one of yours.") == 2
    assert "lines" not in shown


def test_an_empty_report_says_why(cs101, teacher):
    assert "A report only includes sessions that are over." in text_of(page(teacher))


def test_without_a_choice_it_is_about_the_last_thirty_days(march, teacher):
    form = looking(teacher).get(REPORTS).context["form"]
    since, until = (date.fromisoformat(form["from"].value()), date.fromisoformat(form["to"].value()))
    assert (until - since).days == 29


def test_usual_periods_are_what_they_say():
    found = {str(period.label): (period.since, period.until) for period in usual_periods(date(2026, 3, 4))}
    assert found["Last week"] == (date(2026, 2, 23), date(2026, 3, 1))
    assert found["This week"] == (date(2026, 3, 2), date(2026, 3, 4))
    assert found["Last month"] == (date(2026, 2, 1), date(2026, 2, 28))


def test_htmx_gets_only_the_part_that_changes_and_the_back_button_the_whole_page(march, teacher):
    client = looking(teacher)
    part = client.get(REPORTS, MARCH, headers={"HX-Request": "true"}).content.decode()
    assert "Summary" not in part and "<html" not in part and "s-ada" in part
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(REPORTS, MARCH, headers=back).content.decode()


def test_a_name_is_never_markup(march, ada, teacher):
    ada.first_name = "<b>Ada</b>"
    ada.save()
    assert "<b>Ada</b>" not in page(teacher).content.decode()
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page(teacher).content.decode()


# --- who sees what ------------------------------------------------------------------------------


def test_a_teacher_finds_only_courses_of_their_own(elsewhere, teacher):
    answer = page(teacher)
    assert [str(course) for course in answer.context["form"].fields["course"].queryset] == ["cs101 Algorithms"]
    assert "ma202" not in answer.content.decode()
    assert b"l-barbara" not in file(teacher) and b"s-ada" in file(teacher)
    assert looking(teacher).get(f"{REPORTS}csv/", MARCH | {"course": "ma202"}).status_code == 400
    assert looking(teacher).get(f"{REPORTS}csv/", MARCH | {"person": "l-barbara"}).status_code == 400


def test_a_member_finds_only_themselves(elsewhere, ada):
    lines = list(csv.DictReader(io.StringIO(file(ada).decode())))
    assert {line["id_number"] for line in lines} == {"s-ada"} and len(lines) == 4
    answer = page(ada)
    assert not {"person", "department", "group"} & set(answer.context["form"].fields)
    assert "Grace" not in answer.content.decode()
    assert len(list(csv.DictReader(io.StringIO(file(ada, person="s-grace").decode())))) == 4  # no field, no effect
    assert looking(ada).get(f"{REPORTS}csv/", MARCH | {"kind": "sessions"}).status_code == 400


def test_an_administrator_finds_everything(elsewhere, administrator):
    assert {b"s-ada", b"l-barbara"} <= set(file(administrator).replace(b"\n", b",").split(b","))


def test_suggestions_name_people_of_ones_own_course_only(elsewhere, teacher, librarian):
    assert "s-grace" in page(teacher, course="cs101").content.decode()
    assert [e.person for e in page(librarian, course="ma202").context["suggestions"]] == []


# --- analytics: the numbers ---------------------------------------------------------------------


def counted(by=None, **chosen):
    below = chosen.pop("below", None)
    return numbers(Wanted("records", date(2026, 3, 1), date(2026, 3, 31), **chosen), by, below=below)


def test_attendance_over_time_is_counted_by_day_and_over_long_times_by_week(march):
    found = counted()
    assert [(day.day, tally.percentage) for day, tally in sorted(found.over_time.items())] == [
        (2, 50),
        (9, 50),
        (16, 0),
        (23, 100),
    ]
    longer = numbers(Wanted("records", date(2026, 1, 1), date(2026, 3, 31)), None)
    assert longer.by_week and sum(tally.lines for tally in longer.over_time.values()) == 8


def test_hours_are_those_of_the_site(march, settings):
    assert list(counted().by_hour) == [(0, 9)]
    settings.TIME_ZONE = "Asia/Tokyo"
    assert list(counted().by_hour) == [(0, 18)]


@pytest.mark.on_every_database
def test_punctuality_counts_minutes_after_the_start(march):
    found = counted()
    assert found.arrivals[bin_of(1)] == 3 and found.arrivals[bin_of(15)] == 1
    assert sum(found.arrivals) == 4
    assert found.late_after == 10


@pytest.mark.parametrize(
    ("minutes", "place"), [(-99, 0), (-15, 1), (-0.1, 3), (0, 4), (4.9, 4), (5, 5), (44, 12), (99, 13)]
)
def test_every_arrival_has_one_bar(minutes, place):
    assert bin_of(minutes) == place
    assert len(bins()) == 13


def test_who_falls_below_the_limit_is_at_risk_the_lowest_first(march):
    assert [(line.id_number, round(line.share), line.limit) for line in counted().at_risk] == [("s-grace", 33, 75)]
    assert [line.id_number for line in counted(below=80).at_risk] == ["s-grace", "s-ada"]
    march.at_risk_below = 20
    march.save()
    assert counted().at_risk == []


def test_nobody_is_at_risk_after_one_bad_week():
    bad = Tally()
    bad.add("absent", chart_data.LEAST_COUNTED - 1)
    bad.add("excused", 5)
    assert not is_at_risk(bad, 75)
    bad.add("absent")
    assert is_at_risk(bad, 75)


def test_an_entrance_is_drawn_only_when_it_is_asked_for(march, ada):
    gate = campus.course(ada, code="gate", kind="premises", station=campus.room("gate"))
    held(gate, {ada: "present"}, datetime(2026, 3, 4, 6, tzinfo=UTC), 720)
    assert {code for code, _title, _tally in counted().courses} == {"cs101"}
    assert counted(course=gate).total.lines == 1


def test_analytics_are_scoped_as_reports_are(elsewhere, teacher, ada, administrator):
    assert {code for code, _title, _tally in counted(administrator).courses} == {"cs101", "ma202"}
    assert {code for code, _title, _tally in counted(teacher).courses} == {"cs101"}
    assert counted(ada).total.counts == {"present": 2, "late": 1, "absent": 1}


# --- analytics: the page ------------------------------------------------------------------------


def marks_of(html):
    """Address and words of each bar, point and cell."""
    found = re.findall(r'<a class="mark" href="([^"]+)"><title>([^<]+)</title>', html)
    return [(url.replace("&amp;", "&"), words) for url, words in found]


def test_each_chart_has_a_title_a_picture_in_words_and_its_numbers(march, teacher):
    html = page(teacher, ANALYTICS).content.decode()
    assert len(CHARTS) == html.count("<figure") == html.count('<details class="no-print" open>')
    assert len(CHARTS) == html.count('class="plot-area"') == html.count('class="chart-says"')
    assert "Between 0.0\u00a0% (16 Mar) and 100.0\u00a0% (23 Mar); 57.1\u00a0% overall." in html
    assert "Monday 9:00" in html


def test_each_bar_point_and_cell_says_its_numbers(march, teacher):
    words = [words for _url, words in marks_of(page(teacher, ANALYTICS).content.decode())]
    for said in (
        "2 Mar 2026: 50.0\u00a0%, 1 of 2 attended",
        "Monday 9:00: 57.1\u00a0%, 4 of 7 attended",
        "0–5 min after the start: 3 arrivals",
        "15–20 min after the start: 1 arrival",
        "cs101 Algorithms: 57.1\u00a0%, 4 of 7 attended",
    ):
        assert said in words


def lines_behind(person, url):
    return list(csv.DictReader(io.StringIO(file(person, **dict(parse_qsl(urlsplit(url).query))).decode())))


def test_every_mark_and_every_number_leads_to_exactly_the_people_behind_it(march, teacher, ada):
    """Also with an entrance at the same hours, which charts of all courses leave out."""
    gate = campus.course(ada, code="gate", kind="premises", teacher=teacher)
    held(gate, {ada: "present"}, NINE, came=1)
    html = page(teacher, ANALYTICS).content.decode()
    marks = marks_of(html)
    assert len(marks) == 4 + 1 + 2 + 1
    for url, words in marks:
        behind = lines_behind(teacher, url)
        assert {line["course"] for line in behind} == {"cs101"}, words
        counted_here = [line for line in behind if line["status"] not in ("excused", "unverified")]
        attended = [line for line in counted_here if line["status"] != "absent"]
        assert f"{len(attended)} of {len(counted_here)} attended" in words or f": {len(behind)} arrival" in words
    table = [url.replace("&amp;", "&") for url in re.findall(r'<th scope="row"><a href="([^"]+)"', html)]
    assert {url for url, _words in marks} < set(table)
    [risk] = set(table) - {url for url, _words in marks}
    assert {line["id_number"] for line in lines_behind(teacher, risk)} == {"s-grace"}


def test_a_click_shows_a_reader_no_one_more(elsewhere, teacher, ada, administrator):
    of_all = [url for url, _words in marks_of(page(administrator, ANALYTICS).content.decode())]
    for url in of_all:
        if "course=ma202" not in url:
            assert {line["course"] for line in lines_behind(teacher, url)} <= {"cs101"}
            assert {line["id_number"] for line in lines_behind(ada, url)} <= {"s-ada"}
        else:
            assert looking(teacher).get(url.replace("/reports/", "/reports/csv/")).status_code != 200


def test_a_click_on_a_week_stays_within_the_period(march, teacher):
    html = page(teacher, ANALYTICS, **{"from": "2026-01-01", "to": "2026-03-24"}).content.decode()
    urls = [url for url, words in marks_of(html) if words.startswith("Week of")]
    assert "from=2026-03-23&to=2026-03-24" in urls[-1] and "from=2026-03-02&to=2026-03-08" in urls[0]


def test_reports_are_narrowed_by_weekday_hour_and_arrival_and_say_so(march, teacher, settings):
    assert len(lines_behind(teacher, "?kind=records&from=2026-03-01&to=2026-03-31&weekday=0&hour=9")) == 8
    assert not lines_behind(teacher, "?kind=records&from=2026-03-01&to=2026-03-31&weekday=1")
    answer = text_of(page(teacher, REPORTS, kind="sessions", weekday="0", hour="9", arrival="4"))
    assert "Monday · Began from 9:00–9:59 · First seen: 0–5 min after the start" in answer
    settings.TIME_ZONE = "Asia/Tokyo"
    assert not lines_behind(teacher, "?kind=records&from=2026-03-01&to=2026-03-31&hour=9")
    refused = text_of(page(teacher, REPORTS, kind="premises", hour="9"))
    assert "Session began: This report cannot be narrowed by it." in refused


def test_the_list_at_risk_follows_the_limit_that_was_asked_for(march, teacher):
    assert "Ada Lovelace" not in page(teacher, ANALYTICS).content.decode()
    assert "Ada Lovelace" in page(teacher, ANALYTICS, below="80").content.decode()
    assert "No one is below the limit" in text_of(page(teacher, ANALYTICS, below="10"))
    assert "At risk below (%): Ensure this value is less than or equal to 100." in text_of(
        page(teacher, ANALYTICS, below="101")
    )


def test_an_empty_period_has_no_charts_but_a_word(cs101, teacher):
    answer = page(teacher, ANALYTICS)
    assert "No charts" in text_of(answer) and 'class="plot' not in answer.content.decode()


def test_what_was_counted_a_moment_ago_is_kept_for_this_person_and_this_choice(
    march, teacher, django_assert_max_num_queries, monkeypatch
):
    page(teacher, ANALYTICS)
    client = looking(teacher)
    with django_assert_max_num_queries(8), monkeypatch.context() as broken:
        broken.setattr(views, "numbers", None)
        assert client.get(ANALYTICS, MARCH).status_code == 200
    assert len(page(teacher, ANALYTICS, below="80").context["at_risk"]) == 2
    assert len(page(teacher, ANALYTICS).context["at_risk"]) == 1


def test_the_menu_leads_teachers_to_both_and_members_from_their_own_page(march, teacher, ada):
    for path in (REPORTS, ANALYTICS):
        assert f'href="{path}"' in looking(teacher).get("/home/").content.decode()
        assert f'href="{path}"' not in looking(ada).get("/home/").content.decode()
    assert f'href="{REPORTS}"' in looking(ada).get("/attendance/mine/").content.decode()
