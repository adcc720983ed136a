"""Admin lists as oracles: what is not shown cannot be asked for either."""

import pytest

from accounts.credentials.pins import set_pin
from accounts.roles import Purpose
from recognition.models import Sighting, Station
from tests.support.faces import agrees, enrolled

pytestmark = pytest.mark.usefixtures("notices")

PEOPLE = "/admin/accounts/user/"
PHOTOS = "/admin/recognition/facesample/"


@pytest.fixture
def library(client, librarian):
    client.force_login(librarian)
    return client


def found(client, address):
    """The rows that the list shows, or None when it refuses the question."""
    page = client.get(address)
    return [str(row) for row in page.context["cl"].result_list] if page.status_code == 200 else None


@pytest.mark.parametrize(
    "lookup", ["pin__startswith", "card_barcode__startswith", "pin_failures__gte", "last_login__gt"]
)
def test_hidden_columns_of_a_person_cannot_be_guessed_letter_by_letter(library, ada, lookup):
    set_pin(ada, "2468", by=None)
    assert found(library, f"{PEOPLE}?{lookup}=0") is None


@pytest.mark.parametrize("lookup", ["face_templates__isnull=0", "sightings__isnull=0", "face_samples=1", "consents=1"])
def test_the_list_of_people_does_not_tell_who_has_face_data(library, ada, lookup):
    enrolled(ada, "ada", Purpose.LOCKERS)
    assert found(library, f"{PEOPLE}?{lookup}") is None


def test_an_administrator_cannot_read_the_hash_of_a_pin_either(client, administrator, ada):
    set_pin(ada, "2468", by=None)
    client.force_login(administrator)
    assert found(client, f"{PEOPLE}?pin__startswith=m") is None


@pytest.mark.parametrize(
    "question", ["?role__exact=member", "?validity=valid", "?consent=library", "?department__isnull=1"]
)
def test_the_filters_of_the_list_work_on(library, ada, question):
    agrees(ada, Purpose.LIBRARY)
    assert "Ada Lovelace (s-ada)" in found(library, PEOPLE + question)


def test_a_librarian_cannot_filter_people_by_consent_to_lockers(library, ada, grace):
    agrees(ada, Purpose.LOCKERS)
    assert found(library, f"{PEOPLE}?consent=lockers") == found(library, PEOPLE)
    page = library.get(PEOPLE).content.decode()
    assert "?consent=library" in page
    assert "?consent=lockers" not in page


def test_agreeing_to_nothing_means_nothing_that_the_role_may_know(library, ada, grace):
    agrees(ada, Purpose.LOCKERS)
    agrees(grace, Purpose.LIBRARY)
    nothing = found(library, f"{PEOPLE}?consent=none")
    assert "Ada Lovelace (s-ada)" in nothing
    assert "Grace Hopper (s-grace)" not in nothing


@pytest.mark.parametrize(
    "question", ["uses__purpose__exact=lockers", "uses__purpose=lockers", "uses=1", "uses__isnull=0"]
)
def test_a_librarian_cannot_ask_which_photos_serve_lockers_too(library, ada, question):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS)
    assert found(library, f"{PHOTOS}?{question}") is None


def test_photos_are_filtered_by_the_purposes_of_the_role(library, ada, grace):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS, count=1)
    enrolled(grace, "grace", Purpose.LIBRARY, count=1)
    assert len(found(library, f"{PHOTOS}?purpose=library")) == 2
    assert len(found(library, f"{PHOTOS}?purpose=lockers")) == 2  # no answer: the question is not understood


def test_an_administrator_filters_photos_by_any_purpose(client, administrator, ada, grace):
    enrolled(ada, "ada", Purpose.LOCKERS, count=1)
    enrolled(grace, "grace", Purpose.LIBRARY, count=1)
    client.force_login(administrator)
    assert len(found(client, f"{PHOTOS}?purpose=lockers")) == 1


def test_sightings_are_filtered_by_stations_that_the_role_may_see(library, ada):
    for purpose in (Purpose.LIBRARY, Purpose.LOCKERS):
        for number in (1, 2):
            place = Station.objects.create(
                slug=f"{purpose}{number}", name=f"Hall of {purpose} {number}", purpose=purpose
            )
            Sighting.objects.create(station=place, person=ada, outcome="recognised", at="2026-03-02T08:00Z")
    page = library.get("/admin/recognition/sighting/").content.decode()
    assert "Hall of library 2" in page
    assert "Hall of lockers" not in page


def test_the_list_of_sightings_rounds_its_measures(library, ada):
    place = Station.objects.create(slug="hall", name="Hall", purpose=Purpose.LIBRARY)
    Sighting.objects.create(
        station=place,
        person=ada,
        outcome="recognised",
        at="2026-03-02T08:00Z",
        distance=0.24526932182254,
        threshold=0.3521,
    )
    page = library.get("/admin/recognition/sighting/").content.decode()
    assert ">0.245<" in page
    assert ">0.352<" in page
