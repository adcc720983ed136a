"""Excuses: asked for in advance, with a file, decided by those who may, and what the records say then."""

from __future__ import annotations

import io
import time
import tracemalloc
import zlib
from datetime import date, timedelta

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Pillow

from attendance.models import Excuse
from attendance.records import excuse_files, excuses
from attendance.roll import retention
from attendance.sessions import sessions
from config.errors import Refused
from recognition.faces.key_rotation import rotate_keys
from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.attendance import NINE, closed, seen, watched

DAY = date(2026, 3, 2)
NOTE = {"since": "2026-03-02", "until": "2026-03-04", "reason": "Operation", "course": "cs101"}


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(campus.enrolled(ada), campus.enrolled(grace), teacher=teacher)


@pytest.fixture
def asked(cs101, ada):
    return excuses.ask(ada, by=ada, course=cs101, since=DAY, until=DAY + timedelta(days=2), reason="Operation")


def refused(code, act, *args, **kwargs):
    with pytest.raises(Refused) as no:
        act(*args, **kwargs)
    assert no.value.code == code


def picture(form="PNG"):
    file = io.BytesIO()
    Pillow.new("RGB", (64, 48), "white").save(file, form)
    return file.getvalue()


def status(session, who):
    return session.records.get(person=who).status


def test_a_person_asks_and_the_teacher_accepts(cs101, ada, teacher, client):
    client.force_login(ada)
    assert client.post("/attendance/excuses/", NOTE).status_code == 302
    client.force_login(teacher)
    excuse = Excuse.objects.get()
    assert "Operation" in client.get("/attendance/review/").content.decode()
    client.post(f"/attendance/excuses/{excuse.pk}/decide/", {"answer": "yes", "words": "Get well"})
    client.force_login(ada)
    text = client.get("/attendance/excuses/").content.decode()
    assert "Accepted" in text
    assert "Get well" in text


def test_later_sessions_are_excused_for_who_was_not_seen(asked, cs101, ada, grace, teacher):
    excuses.decide(asked, accepted=True, by=teacher)
    session = campus.session(cs101)
    assert status(session, ada) == "excused"
    watched(session)
    session = closed(session)
    assert status(session, ada) == "excused"
    assert session.records.get(person=ada).note == "excused_in_advance"
    assert status(session, grace) == "absent"


def test_who_comes_all_the_same_is_present(asked, cs101, ada, teacher):
    excuses.decide(asked, accepted=True, by=teacher)
    session = campus.session(cs101)
    seen(session, ada, 1, source="card")
    assert status(session, ada) == "present"


def test_an_absence_before_the_answer_becomes_excused(asked, cs101, ada, teacher):
    session = campus.session(cs101)
    watched(session)
    session = closed(session)
    assert status(session, ada) == "absent"
    excuses.decide(asked, accepted=True, by=teacher)
    assert status(session, ada) == "excused"
    sessions.recompute(session)
    assert status(session, ada) == "excused"


def test_other_days_other_courses_and_a_refusal_excuse_no_one(asked, cs101, ada, teacher):
    excuses.decide(asked, accepted=False, by=teacher)
    assert status(campus.session(cs101), ada) == "expected"
    excuse = excuses.ask(ada, by=ada, course=cs101, since=DAY, until=DAY, reason="Operation")
    excuses.decide(excuse, accepted=True, by=teacher)
    other = campus.course(ada, code="cs2", station=campus.room("r2"))
    assert status(campus.session(other), ada) == "expected"
    assert status(campus.session(cs101, NINE + timedelta(days=1)), ada) == "expected"


def test_an_excuse_for_all_courses_is_the_office_s_to_decide(cs101, ada, teacher, administrator):
    excuse = excuses.ask(ada, by=ada, course=None, since=DAY, until=DAY, reason="Operation")
    refused("not_allowed", excuses.decide, excuse, accepted=True, by=teacher)
    excuses.decide(excuse, accepted=True, by=administrator)
    assert status(campus.session(cs101), ada) == "excused"


def test_staff_enter_one_and_it_holds_at_once(cs101, ada, teacher, client):
    client.force_login(teacher)
    assert client.post(f"/attendance/people/{ada.pk}/excuses/", NOTE).status_code == 302
    assert Excuse.objects.get().state == "accepted"
    assert client.post(f"/attendance/people/{ada.pk}/excuses/", NOTE | {"course": ""}).status_code == 400


def test_another_teacher_sees_and_decides_nothing(asked, ada, client):
    client.force_login(person("t-other", "Edsger", Role.TEACHER))
    assert "Operation" not in client.get("/attendance/review/").content.decode()
    assert client.post(f"/attendance/excuses/{asked.pk}/decide/", {"answer": "yes"}).status_code == 404
    assert client.get(f"/attendance/people/{ada.pk}/excuses/").status_code == 404


def test_wrong_periods_and_missing_reasons_are_refused(cs101, ada):
    ask = {"by": ada, "course": cs101, "reason": "x"}
    refused("bad_period", excuses.ask, ada, since=DAY, until=DAY - timedelta(days=1), **ask)
    refused("bad_period", excuses.ask, ada, since=DAY, until=DAY + timedelta(days=400), **ask)
    refused("no_reason", excuses.ask, ada, since=DAY, until=DAY, **ask | {"reason": " "})


# --- the file ------------------------------------------------------------------------------------


def test_a_picture_is_encoded_again_sealed_and_opened_by_two(cs101, ada, grace, teacher, client):
    client.force_login(ada)
    data = picture() + b"hidden"
    client.post("/attendance/excuses/", NOTE | {"file": SimpleUploadedFile("note.png", data)})
    excuse = Excuse.objects.get()
    assert "hidden" not in excuse.file_sealed
    assert excuse.file_sealed.startswith("S1.")
    address = f"/attendance/excuses/{excuse.pk}/file/"
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR).shape == (48, 64, 3)
    assert b"hidden" not in answer.content
    client.force_login(teacher)
    assert client.get(address).status_code == 200
    client.force_login(grace)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GIF89a", "not_an_image"),
        (b"MZ", "not_an_image"),
        (b"%PDF-1.7\n/OpenAction <</S /JavaScript>>\n%%EOF", "active_pdf"),
        (b"%PDF-1.7\ncut off", "active_pdf"),
        (b"%PDF-1.7\n/Open#41ction <</S /J#61vaScript>>\n%%EOF", "active_pdf"),
        (b"%PDF-1.7\n<</Type /ObjStm>> stream\n" + zlib.compress(b"<</S /JS>>") + b"\nendstream\n%%EOF", "active_pdf"),
        (
            b"%PDF-1.7\n<</Type /ObjStm>> stream\n" + zlib.compress(bytes(17_000_000)) + b"\nendstream\n%%EOF",
            "active_pdf",
        ),
        (b"%PDF-1.7\n<</Type /ObjStm>> stream\nrubbish\nendstream\n%%EOF", "active_pdf"),
        (b"%PDF-1.7\ntrailer <</Encrypt 3 0 R>>\n%%EOF", "active_pdf"),
        (b"%PDF-1.7\n<</Type /Obj#53tm>> stream\n" + zlib.compress(b"<</S /#4a#53>>") + b"\n%%EOF", "active_pdf"),
        (b"%PDF-1.7" + b"0" * 2_000_001 + b"%%EOF", "too_large"),
    ],
)
def test_what_is_not_a_plain_file_is_refused(cs101, ada, data, code):
    ask = {"by": ada, "course": cs101, "since": DAY, "until": DAY, "reason": "x"}
    refused(code, excuses.ask, ada, **ask, file=data)
    assert not Excuse.objects.exists()


def test_a_plain_pdf_is_kept_as_it_is(cs101, ada):
    pdf = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    made = excuses.ask(ada, by=ada, course=cs101, since=DAY, until=DAY, reason="x", file=pdf)
    assert excuse_files.bytes_of(made) == pdf


def listed(objects):
    return b"1 0 obj <</Type /ObjStm>> stream\r\n" + zlib.compress(objects) + b"\nendstream endobj\n"


def test_a_plain_compressed_pdf_is_kept(cs101, ada):
    pdf = b"%PDF-1.7\n" + 50 * listed(b"<</Type /Page /Contents 4 0 R>>" * 100) + b"%%EOF\n"
    made = excuses.ask(ada, by=ada, course=cs101, since=DAY, until=DAY, reason="x", file=pdf)
    assert excuse_files.bytes_of(made) == pdf


@pytest.mark.parametrize(
    "inside",
    [
        b"/ObjStm stream\n" * 130_000,  # without an end: looked at once, and not once for each
        b"<</Type /ObjStm>> " * 100_000,
        20 * listed(bytes(7_000_000)),
        (1001) * listed(b"<<>>"),
    ],
    ids=["no end", "no stream", "large together", "many"],
)
def test_what_would_cost_the_server_time_or_memory_is_refused_at_once(inside):
    began = time.process_time()
    refused("active_pdf", excuse_files.keep, Excuse(), b"%PDF-1.7\n" + inside + b"%%EOF")
    assert time.process_time() - began < 2


def test_lists_of_objects_are_inflated_one_by_one_within_one_bound():
    pdf = 20 * listed(bytes(7_000_000))
    tracemalloc.start()
    assert excuse_files._is_active(pdf)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64_000_000


def test_new_keys_reach_the_files(cs101, ada, settings):
    made = excuses.ask(ada, by=ada, course=cs101, since=DAY, until=DAY, reason="x", file=picture())
    before = excuse_files.bytes_of(made)
    settings.FACE_KEYS = {"new": b"n" * 32, **settings.FACE_KEYS}
    assert "rotated" in list(rotate_keys())
    made.refresh_from_db()
    assert ".new." in made.file_sealed
    assert excuse_files.bytes_of(made) == before


def test_an_excuse_is_withdrawn_with_its_file_until_it_is_decided(asked, ada, teacher, client):
    client.force_login(ada)
    client.post(f"/attendance/excuses/{asked.pk}/withdraw/")
    assert not Excuse.objects.exists()


def test_excuses_go_when_their_days_are_over(asked):
    assert retention.purge(NINE + timedelta(days=800))["excuses"] == 1
