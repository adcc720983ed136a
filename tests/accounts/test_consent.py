"""Agreeing, and taking it back."""

import pytest

from accounts.consent import consent
from accounts.consent.consent import give_consent, require_consent, standing_purposes, withdraw_consent
from accounts.consent.notices import ensure_notices, first_version
from accounts.models import Consent, NoticeText
from accounts.roles import Purpose
from accounts.templatetags.notice import paragraphs
from config.errors import Refused

pytestmark = pytest.mark.usefixtures("notices")
called = []


def remember(person, purpose, *, by):
    called.append((person, purpose, by))


def break_down(person, purpose, *, by):
    raise RuntimeError("the eraser is out of order")


@pytest.fixture(autouse=True)
def listening():
    called.clear()
    with consent.WITHDRAWN.replaced({"first": remember}):
        yield


def test_a_consent_is_under_the_newest_notice_and_says_who_recorded_it(ada, librarian):
    newest = NoticeText.objects.create(purpose="library", version=2, text="Now with more books.")
    consent = give_consent(ada, "library", by=librarian)
    assert (consent.notice, consent.recorded_by, consent.standing) == (newest, librarian, True)
    assert standing_purposes(ada) == {"library"}


def test_giving_twice_returns_the_standing_consent(ada):
    first = give_consent(ada, "library", by=ada)
    assert give_consent(ada, "library", by=ada) == first
    assert Consent.objects.count() == 1


def test_without_a_notice_nobody_can_agree(ada):
    NoticeText.objects.all().delete()
    with pytest.raises(Refused, match="no_notice"):
        give_consent(ada, "library", by=ada)


def test_withdrawing_ends_the_consent_and_erases_in_the_same_breath(ada, librarian):
    give_consent(ada, "library", by=ada)
    withdraw_consent(ada, "library", by=librarian)
    row = Consent.objects.get()
    assert (row.standing, row.withdrawn_by, row.withdrawn_at is not None) == (None, librarian, True)
    assert called == [(ada, "library", librarian)]


def test_if_the_erasing_fails_nothing_is_withdrawn(ada):
    give_consent(ada, "library", by=ada)
    broken = consent.WITHDRAWN.replaced({"first": remember, "second": break_down})
    with broken, pytest.raises(RuntimeError):
        withdraw_consent(ada, "library", by=ada)
    assert standing_purposes(ada) == {"library"}
    assert Consent.objects.get().withdrawn_at is None


def test_withdrawing_twice_is_harmless_and_keeps_the_first_time(ada):
    give_consent(ada, "library", by=ada)
    withdraw_consent(ada, "library", by=ada)
    first = Consent.objects.get().withdrawn_at
    withdraw_consent(ada, "library", by=ada)
    assert Consent.objects.get().withdrawn_at == first


def test_a_person_may_agree_again_after_withdrawing_and_both_stay_on_record(ada):
    give_consent(ada, "library", by=ada)
    withdraw_consent(ada, "library", by=ada)
    give_consent(ada, "library", by=ada)
    assert standing_purposes(ada) == {"library"}
    assert Consent.objects.count() == 2


def test_one_purpose_says_nothing_about_another(ada):
    give_consent(ada, "library", by=ada)
    require_consent(ada, ["library"])
    with pytest.raises(Refused) as refused:
        require_consent(ada, ["library", "lockers"])
    assert refused.value.code == "no_consent"
    assert refused.value.details == {"purposes": ["lockers"]}
    assert "Lockers" in refused.value.message


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("administrator", set(Purpose.values)),
        ("librarian", {"library"}),
        ("officer", {"lockers"}),
        ("teacher", set()),
        ("grace", set()),
    ],
)
def test_each_role_records_only_for_the_purposes_it_looks_after(request, ada, who, may):
    recorder = request.getfixturevalue(who)
    for purpose in Purpose.values:
        if purpose in may:
            give_consent(ada, purpose, by=recorder)
            withdraw_consent(ada, purpose, by=recorder)
        else:
            with pytest.raises(Refused, match="not_your_purpose"):
                give_consent(ada, purpose, by=recorder)
            with pytest.raises(Refused, match="not_your_purpose"):
                withdraw_consent(ada, purpose, by=recorder)
    assert {c.purpose for c in Consent.objects.all()} == may


def test_a_deactivated_administrator_has_no_say(ada, administrator):
    administrator.is_active = False
    with pytest.raises(Refused, match="not_your_purpose"):
        give_consent(ada, "library", by=administrator)


def test_an_unknown_purpose_is_refused(ada):
    with pytest.raises(Refused, match="unknown_purpose"):
        give_consent(ada, "marketing", by=ada)


def test_shipped_notices_answer_the_five_questions(settings):
    settings.SIGHTING_DAYS = 17
    for purpose in Purpose:
        text = first_version(purpose)
        for heading in (
            "What is stored",
            "For how long",
            "Who sees it",
            "How to withdraw",
            "The alternative without your face",
        ):
            assert heading in text
        assert "17 days" in text


def test_shipping_notices_again_never_touches_a_text():
    NoticeText.objects.filter(purpose="library").update(text="Ours.")
    ensure_notices()
    assert NoticeText.objects.get(purpose="library").text == "Ours."
    assert NoticeText.objects.count() == len(Purpose)


# --- The person's own page ---


def test_a_member_reads_the_notice_agrees_and_withdraws(client, ada):
    client.force_login(ada)
    assert "How to withdraw" in client.get("/me/").content.decode()

    client.post("/me/consents/library/give/")
    assert standing_purposes(ada) == {"library"}

    assert "erased at once" in client.get("/me/consents/library/withdraw/").content.decode()
    assert standing_purposes(ada) == {"library"}, "looking at the question must not answer it"

    client.post("/me/consents/library/withdraw/")
    assert standing_purposes(ada) == set()
    assert called == [(ada, "library", ada)]


def test_agreeing_needs_a_post(client, ada):
    client.force_login(ada)
    assert client.get("/me/consents/library/give/")["Location"] == "/me/"
    assert standing_purposes(ada) == set()


def test_an_unknown_purpose_is_no_page(client, ada):
    client.force_login(ada)
    assert client.post("/me/consents/marketing/give/").status_code == 404


def test_my_page_keeps_showing_the_text_i_agreed_to(client, ada):
    give_consent(ada, "library", by=ada)
    NoticeText.objects.create(purpose="library", version=2, text="Something I never read.")
    client.force_login(ada)
    assert "Something I never read." not in client.get("/me/").content.decode()
    assert "Something I never read." in client.get("/privacy/").content.decode()


# --- The admin ---


def test_a_librarian_records_a_library_consent_in_the_admin(client, ada, librarian):
    client.force_login(librarian)
    answer = client.post("/admin/accounts/consent/add/", {"person": ada.pk, "purpose": "library"})
    assert answer.status_code == 302
    assert Consent.objects.get().recorded_by == librarian


def test_a_librarian_cannot_record_a_locker_consent_in_the_admin(client, ada, librarian):
    client.force_login(librarian)
    answer = client.post("/admin/accounts/consent/add/", {"person": ada.pk, "purpose": "lockers"})
    assert answer.status_code == 200
    assert Consent.objects.count() == 0


def test_the_admin_withdraws_through_the_service_after_asking(client, ada, librarian):
    consent = give_consent(ada, "library", by=ada)
    client.force_login(librarian)
    page = client.get(f"/admin/accounts/consent/{consent.pk}/withdraw/")
    assert "erased at once" in page.content.decode()
    assert called == []
    client.post(f"/admin/accounts/consent/{consent.pk}/withdraw/")
    assert called == [(ada, "library", librarian)]


def test_an_officer_neither_sees_nor_withdraws_a_library_consent(client, ada, officer):
    consent = give_consent(ada, "library", by=ada)
    client.force_login(officer)
    assert client.post(f"/admin/accounts/consent/{consent.pk}/withdraw/").status_code == 404
    assert "Library" not in client.get(f"/admin/accounts/user/{ada.pk}/change/").content.decode()
    assert standing_purposes(ada) == {"library"}


def test_consents_can_be_neither_edited_nor_deleted(client, ada, administrator):
    consent = give_consent(ada, "library", by=ada)
    client.force_login(administrator)
    assert client.post(f"/admin/accounts/consent/{consent.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/accounts/consent/{consent.pk}/change/", {"purpose": "lockers"}).status_code == 403
    consent.refresh_from_db()
    assert consent.purpose == "library"


def test_a_notice_that_somebody_agreed_to_is_never_edited(client, ada, administrator):
    notice = give_consent(ada, "library", by=ada).notice
    client.force_login(administrator)
    assert client.post(f"/admin/accounts/noticetext/{notice.pk}/change/", {"text": "All yours."}).status_code == 403
    assert client.post(f"/admin/accounts/noticetext/{notice.pk}/delete/", {"post": "yes"}).status_code == 403
    notice.refresh_from_db()
    assert notice.text != "All yours."


def test_an_unread_notice_may_be_corrected_and_a_new_one_gets_the_next_version(client, administrator):
    unread = NoticeText.objects.get(purpose="lockers")
    client.force_login(administrator)
    client.post(f"/admin/accounts/noticetext/{unread.pk}/change/", {"text": "Corrected."})
    unread.refresh_from_db()
    assert unread.text == "Corrected."
    client.post("/admin/accounts/noticetext/add/", {"purpose": "lockers", "text": "Better."})
    assert NoticeText.objects.get(purpose="lockers", version=2).text == "Better."


# --- On the screen ---


def test_a_notice_is_shown_with_headings_whatever_somebody_typed():
    typed = "Why\r\nBecause it is quick.\r\n\r\nOne paragraph only.\r\n\r\nA sentence.\nAnother.\n\n\n"
    assert paragraphs(typed) == [
        ("Why", "Because it is quick."),
        ("", "One paragraph only."),
        ("", "A sentence.\nAnother."),
    ]


def test_a_notice_cannot_carry_markup(client, ada):
    NoticeText.objects.create(purpose="library", version=2, text="Title\n<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/privacy/").content.decode()
