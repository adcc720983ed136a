"""Photos of a person become a template, or a sentence why not."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from accounts.consent.consent import withdraw_consent
from accounts.roles import Purpose
from config.errors import Refused
from recognition.engine import images
from recognition.enrol.enrolment import Decides, Photo, enrol, judge, remove_sample
from recognition.faces import crypto, gallery, photo_checks
from recognition.faces.outliers import mean_vector
from recognition.faces.profiles.runtime import get_engine
from recognition.models import BiometricAccess, FaceSample, FaceTemplate, SampleUse
from tests.support.faces import agrees, enrolled, photos_of
from tests.support.fake_engine import FakeEngine, encode, picture

pytestmark = pytest.mark.usefixtures("notices")
LIBRARY = [Purpose.LIBRARY]


def codes(enrolment):
    return [verdict.code for verdict in enrolment.verdicts]


def warned(enrolment):
    return [warning.code for warning in enrolment.warnings]


def nothing_is_stored():
    return not (FaceSample.objects.exists() or FaceTemplate.objects.exists() or SampleUse.objects.exists())


# --- The main path --------------------------------------------------------------------------------
def test_three_good_photos_make_one_template(ada, librarian):
    agrees(ada, Purpose.LIBRARY)
    enrolment = enrol(ada, photos_of("ada"), purposes=LIBRARY, by=librarian, source="upload")
    assert codes(enrolment) == [None, None, None]
    assert enrolment.accepted == enrolment.photos == 3
    assert enrolment.warnings == []
    assert {verdict.sample for verdict in enrolment.verdicts} == set(FaceSample.objects.values_list("pk", flat=True))
    template = FaceTemplate.objects.get()
    assert (template.person, template.purpose, template.profile, template.photos) == (ada, "library", "fake", 3)


def test_the_template_is_the_normalised_mean_of_the_photos(ada):
    enrolled(ada, "ada")
    context = crypto.sample_context(ada.pk)
    vectors = [crypto.blob_to_vector(s.embedding, context=context) for s in FaceSample.objects.all()]
    stored = crypto.blob_to_vector(FaceTemplate.objects.get().vector, context=f"template:{ada.pk}:library")
    assert np.allclose(stored, mean_vector(vectors))
    assert np.linalg.norm(stored) == pytest.approx(1.0)


def test_the_gallery_moves_and_holds_the_person(ada):
    before = gallery.version(Purpose.LIBRARY)
    enrolled(ada, "ada")
    assert gallery.version(Purpose.LIBRARY) > before
    assert gallery.gallery(Purpose.LIBRARY, at_once=True).ids == {ada.pk}
    assert gallery.version(Purpose.LOCKERS) == 0


def test_what_is_stored_is_the_sealed_crop_and_nothing_of_it_is_readable(ada):
    enrolled(ada, "ada")
    sample = FaceSample.objects.first()
    assert b"JFIF" not in bytes(sample.crop)
    crop = images.decode(crypto.decrypt(sample.crop, context=f"sample:{ada.pk}"))
    assert len(FakeEngine().detect(crop)) == 1
    assert sample.quality["size"] == 120


def test_the_enrolment_is_logged_with_who_and_how_much(ada, librarian):
    agrees(ada, Purpose.LIBRARY)
    photos = [*photos_of("ada", 2), Photo("room.jpg", picture())]
    enrol(ada, photos, purposes=LIBRARY, by=librarian, source="upload")
    row = BiometricAccess.objects.get(action="enrolled")
    assert (row.actor, row.person_id_number) == (librarian, "s-ada")
    assert row.detail == {"purposes": ["library"], "photos": 2, "refused": ["no_face"], "source": "upload"}


# --- Before a face is looked at -------------------------------------------------------------------
@pytest.fixture
def blind(monkeypatch):
    """No photo may be opened."""

    def opened(*args, **kwargs):
        raise AssertionError("a photo was looked at")

    monkeypatch.setattr(FakeEngine, "detect", opened)


def test_without_consent_no_photo_is_even_looked_at(ada, librarian, blind):
    with pytest.raises(Refused, match="no_consent"):
        enrol(ada, photos_of("ada"), purposes=LIBRARY, by=librarian, source="upload")
    assert nothing_is_stored()


def test_consent_to_one_purpose_is_none_for_another(ada, administrator, blind):
    agrees(ada, Purpose.LIBRARY)
    with pytest.raises(Refused, match="no_consent"):
        enrol(ada, photos_of("ada"), purposes=["library", "attendance"], by=administrator, source="upload")


@pytest.mark.parametrize("role", ["teacher", "librarian", "ada"])
def test_a_role_enrols_only_for_the_purposes_it_serves(request, ada, role, blind):
    agrees(ada, Purpose.LOCKERS)
    by = request.getfixturevalue(role)
    with pytest.raises(Refused, match="not_allowed"):
        enrol(ada, photos_of("ada"), purposes=[Purpose.LOCKERS], by=by, source="upload")


def test_an_enrolment_says_what_it_is_for_and_brings_a_photo(ada):
    agrees(ada, Purpose.LIBRARY)
    with pytest.raises(Refused, match="no_purpose"):
        enrol(ada, photos_of("ada"), purposes=[], by=None, source="upload")
    with pytest.raises(Refused, match="no_photos"):
        enrol(ada, [], purposes=LIBRARY, by=None, source="upload")


def test_a_consent_withdrawn_while_the_photos_were_looked_at_counts(ada, monkeypatch):
    agrees(ada, Purpose.LIBRARY)

    def meanwhile(photos, look_at=photo_checks.look_at):
        seen = look_at(photos)
        withdraw_consent(ada, Purpose.LIBRARY, by=None)
        return seen

    monkeypatch.setattr("recognition.enrol.enrolment.look_at", meanwhile)
    with pytest.raises(Refused, match="no_consent"):
        enrol(ada, photos_of("ada"), purposes=LIBRARY, by=None, source="upload")
    assert nothing_is_stored()


# --- One photo ------------------------------------------------------------------------------------
QUALITY_FAULTS = {
    "too_small": {"size": 50},
    "blurred": {"sharpness": 10.0},
    "too_dark": {"light": 20.0},
    "too_bright": {"light": 250.0},
    "turned_away": {"yaw": -50.0},
    "eyes_covered": {"eye_light": 0.4},
    "mouth_covered": {"mouth_detail": 0.05},
    "eyes_closed": {"eyes_open": 0.05},
}


@pytest.fixture
def flawed(monkeypatch):
    """Every face from now on has this flaw."""
    from dataclasses import replace

    def flaw(**changes):
        seen = FakeEngine._face
        monkeypatch.setattr(
            FakeEngine,
            "_face",
            lambda self, hsv, box: replace(
                seen(self, hsv, box), quality=replace(seen(self, hsv, box).quality, **changes)
            ),
        )

    return flaw


@pytest.mark.parametrize("code", QUALITY_FAULTS)
def test_a_face_that_is_hard_to_recognise_is_sent_back_with_its_reason(ada, flawed, code):
    agrees(ada, Purpose.LIBRARY)
    flawed(**QUALITY_FAULTS[code])
    enrolment = enrol(ada, photos_of("ada", 1), purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [code]
    assert enrolment.verdicts[0].reason.endswith(".")
    assert nothing_is_stored()


@pytest.mark.parametrize(("names", "code"), [((), "no_face"), (("ada", "grace"), "several_faces")])
def test_a_photo_shows_exactly_one_person(ada, names, code):
    agrees(ada, Purpose.LIBRARY)
    enrolment = enrol(ada, [Photo("x.jpg", picture(*names))], purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [code]
    assert nothing_is_stored()


@pytest.mark.parametrize(("bystander", "code"), [(70, None), (90, "several_faces")])
def test_a_far_smaller_face_in_the_background_is_passed_over(ada, bystander, code):
    canvas = images.decode(picture("ada", size=200)).copy()
    canvas[400 : 400 + bystander, 500 : 500 + bystander] = (255, 0, 0)
    face, found, _ = judge(encode(canvas[: 400 + bystander]))
    assert found == code
    assert face is None or face.box.w >= 195


def test_small_faces_are_seen_where_they_matter():
    """Beside a small face a smaller one counts; and a face alone that is too small is not called none."""
    canvas = images.decode(picture("ada", size=120)).copy()
    canvas[300:356, 400:456] = (255, 0, 0)
    assert judge(encode(canvas))[1] == "several_faces"
    assert judge(picture("ada", size=50))[1] == "too_small"
    assert judge(picture("ada", size=30))[1] == "no_face"


def test_one_bad_photo_does_not_spoil_the_others(ada):
    agrees(ada, Purpose.LIBRARY)
    photos = [*photos_of("ada", 3), Photo("empty.jpg", b""), Photo("dark.jpg", picture("ada", dark=True))]
    enrolment = enrol(ada, photos, purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [None, None, None, "empty_file", "too_dark"]
    assert FaceSample.objects.count() == 3


# --- The same photo, another person ---------------------------------------------------------------
def test_the_same_photo_twice_is_one_photo(ada):
    agrees(ada, Purpose.LIBRARY)
    photo = photos_of("ada", 1)[0]
    enrolment = enrol(ada, [photo, photo], purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [None, "already_enrolled"]
    again = enrol(ada, [photo], purposes=LIBRARY, by=None, source="upload")
    assert codes(again) == ["already_enrolled"]
    assert again.verdicts[0].accepted
    assert again.verdicts[0].sample == FaceSample.objects.get().pk
    assert (again.photos, FaceTemplate.objects.get().photos) == (1, 1)


def test_the_same_photo_may_serve_a_second_purpose(ada):
    enrolled(ada, "ada", Purpose.LIBRARY)
    enrolled(ada, "ada", Purpose.LOCKERS)
    assert FaceSample.objects.count() == 3
    assert SampleUse.objects.filter(purpose="lockers").count() == 3
    assert set(FaceTemplate.objects.values_list("purpose", "photos")) == {("library", 3), ("lockers", 3)}


def test_a_photo_of_somebody_else_among_ones_own_is_sent_back(ada):
    agrees(ada, Purpose.LIBRARY)
    photos = [Photo("grace.jpg", picture("grace")), *photos_of("ada", 3)]
    enrolment = enrol(ada, photos, purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == ["somebody_else", None, None, None]
    assert enrolment.verdicts[0].reason == "This photo looks like someone else."


def test_photos_enrolled_before_are_believed_against_a_majority_of_new_ones(ada):
    enrolled(ada, "ada", count=1)
    enrolment = enrol(ada, photos_of("grace", 4), purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == ["somebody_else"] * 4
    assert FaceSample.objects.count() == 1


def test_the_operator_hears_when_the_face_is_enrolled_under_another_name(ada, grace, librarian):
    enrolled(ada, "ada")
    agrees(grace, Purpose.LIBRARY)
    enrolment = enrol(grace, photos_of("ada", 4), purposes=LIBRARY, by=librarian, source="upload")
    assert warned(enrolment) == ["looks_like_somebody_else"]
    assert "Ada Lovelace (s-ada)" in enrolment.warnings[0].message


def test_adding_photos_of_oneself_is_no_reason_for_a_warning(ada):
    enrolled(ada, "ada")
    more = enrol(ada, photos_of("ada", 5), purposes=LIBRARY, by=None, source="upload")
    assert more.warnings == []
    assert more.photos == 5


def test_another_of_the_same_face_is_found_even_behind_oneself(ada, grace):
    enrolled(ada, "ada")
    enrolled(grace, "ada")
    for person in (ada, grace):
        again = enrol(person, photos_of("ada", 4), purposes=LIBRARY, by=None, source="upload")
        assert warned(again) == ["looks_like_somebody_else"]


def test_faces_of_one_purpose_are_not_searched_for_another(ada, grace):
    enrolled(ada, "ada", Purpose.LOCKERS)
    assert warned(enrolled(grace, "ada", Purpose.LIBRARY)) == []


def test_fewer_than_three_photos_are_accepted_with_a_warning(ada):
    assert warned(enrolled(ada, "ada", count=2)) == ["few_photos"]
    assert warned(enrolled(ada, "ada", count=3)) == []


def test_lockers_want_as_many_as_their_kiosk_compares_with(ada):
    done = enrolled(ada, "ada", Purpose.LOCKERS, count=4)
    assert warned(done) == ["few_photos"]
    assert done.warnings[0].message == "There are only 4 photos. Lockers works reliably with 5 or more."
    both = [Purpose.LIBRARY, Purpose.LOCKERS]
    agrees(ada, Purpose.LIBRARY)
    assert warned(enrol(ada, photos_of("ada", 5)[4:], purposes=both, by=None, source="upload")) == ["few_photos"]


# --- Dry run, removal -----------------------------------------------------------------------------
def test_a_dry_run_says_the_same_and_writes_nothing(ada):
    agrees(ada, Purpose.LIBRARY)
    photos = [*photos_of("ada"), Photo("room.jpg", picture())]
    dry = enrol(ada, photos, purposes=LIBRARY, by=None, source="upload", dry_run=True)
    assert nothing_is_stored()
    assert not BiometricAccess.objects.exists()
    real = enrol(ada, photos, purposes=LIBRARY, by=None, source="upload")
    assert (codes(dry), warned(dry), dry.photos) == (codes(real), warned(real), real.photos)


def test_removing_a_photo_rebuilds_the_template(ada, librarian):
    enrolled(ada, "ada")
    before = gallery.version(Purpose.LIBRARY)
    remove_sample(FaceSample.objects.first(), by=librarian)
    assert FaceTemplate.objects.get().photos == FaceSample.objects.count() == 2
    assert gallery.version(Purpose.LIBRARY) > before


def test_removing_the_last_photo_removes_the_template(ada):
    enrolled(ada, "ada", count=1)
    remove_sample(FaceSample.objects.get(), by=None)
    assert nothing_is_stored()


def test_a_librarian_removes_a_photo_from_the_library_and_leaves_it_to_the_lockers(ada, librarian):
    enrolled(ada, "ada", Purpose.LIBRARY, Purpose.LOCKERS, count=1)
    remove_sample(FaceSample.objects.get(), by=librarian)
    assert list(SampleUse.objects.values_list("purpose", flat=True)) == ["lockers"]
    with pytest.raises(Refused, match="not_allowed"):
        remove_sample(FaceSample.objects.get(), by=librarian)


# --- Bad input ------------------------------------------------------------------------------------
def saved(picture, kind, **options):
    data = io.BytesIO()
    picture.save(data, kind, **options)
    return data.getvalue()


def opened(data):
    return Pillow.open(io.BytesIO(data))


def bomb():
    """A PNG whose header promises 60,000 × 60,000 pixels."""
    data = bytearray(saved(Pillow.new("L", (8, 8)), "PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


BAD_FILES = {
    "empty_file": b"",
    "not_an_image": b"%PDF-1.7 certainly not a photo",
    "damaged_image": picture("ada")[:3000],
    "animated": saved(
        Pillow.new("RGB", (90, 90)), "WEBP", save_all=True, append_images=[Pillow.new("RGB", (90, 90), "red")]
    ),
    "too_many_pixels": bomb(),
    "too_large": picture("ada") + b"\0" * 200_000,
}


@pytest.mark.parametrize("code", BAD_FILES)
def test_a_file_that_is_no_usable_photo_gets_one_sentence_and_changes_nothing(ada, settings, caplog, code):
    settings.MAX_PHOTO_BYTES = 100_000
    agrees(ada, Purpose.LIBRARY)
    with caplog.at_level("INFO", logger="ostiary.enrolment"):
        enrolment = enrol(ada, [Photo("bad", BAD_FILES[code])], purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [code]
    assert enrolment.verdicts[0].reason.count("\n") == 0
    assert code in caplog.text
    assert nothing_is_stored()
    assert enrolment.photos == 0


def rotated():
    """The pixels lie on their side; the EXIF tag says so."""
    exif = Pillow.Exif()
    exif[0x0112] = 6
    return saved(opened(picture("ada")).transpose(Pillow.Transpose.ROTATE_90), "JPEG", exif=exif, quality=95)


def sixteen_bits(data):
    eight = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return cv2.imencode(".png", eight.astype(np.uint16) * 257)[1].tobytes()


UNUSUAL_FILES = {
    "CMYK": lambda: saved(opened(picture("ada")).convert("CMYK"), "JPEG", quality=95),
    "palette": lambda: saved(opened(picture("ada")).convert("P"), "PNG"),
    "transparent": lambda: saved(opened(picture("ada")).convert("RGBA"), "PNG"),
    "WebP": lambda: saved(opened(picture("ada")), "WEBP", quality=95),
    "16-bit": lambda: sixteen_bits(picture("ada")),
    "EXIF-rotated": rotated,
}


@pytest.mark.parametrize("kind", UNUSUAL_FILES)
def test_an_unusual_but_honest_photo_is_enrolled(ada, kind):
    agrees(ada, Purpose.LIBRARY)
    enrolment = enrol(ada, [Photo(kind, UNUSUAL_FILES[kind]())], purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [None]


@pytest.mark.parametrize("mode", ["L", "I;16"])
def test_grey_and_16_bit_photos_are_read_not_refused_as_files(mode):
    """The fake engine knows faces by colour, so it finds none; what matters is that the file is read."""
    grey = np.asarray(opened(picture("ada")).convert("L"))
    pixels = grey if mode == "L" else grey.astype(np.uint16) * 257
    assert judge(saved(Pillow.fromarray(pixels), "PNG"))[1] == "no_face"


def test_a_key_that_is_gone_is_said_and_changes_nothing(ada, settings):
    enrolled(ada, "ada")
    settings.FACE_KEYS = {"other": b"x" * 32}
    with pytest.raises(Refused, match="wrong_key"):
        enrol(ada, photos_of("ada", 5), purposes=LIBRARY, by=None, source="upload")
    assert FaceSample.objects.count() == 3


def test_judging_touches_no_database():
    face, code, reason = judge(picture("ada"))
    assert (code, reason) == (None, None)
    assert face.box.size == pytest.approx(120, abs=4)
    assert get_engine().profile.name == "fake"


# --- Photos that disagree -------------------------------------------------------------------------
def test_without_a_clear_majority_nothing_is_kept(ada):
    agrees(ada, Purpose.LIBRARY)
    photos = [Photo("grace.jpg", picture("grace")), *photos_of("ada", 2)]
    enrolment = enrol(ada, photos, purposes=LIBRARY, by=None, source="api")
    assert enrolment.undecided
    assert codes(enrolment) == ["somebody_else", "photos_disagree", "photos_disagree"]
    assert nothing_is_stored()


def test_somebody_who_is_enrolled_is_named_on_their_photo(ada, grace):
    enrolled(grace, "grace")
    agrees(ada, Purpose.LIBRARY)
    photos = [*photos_of("ada", 3), Photo("grace.jpg", picture("grace"))]
    enrolment = enrol(ada, photos, purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [None, None, None, "somebody_else"]
    assert enrolment.verdicts[3].reason == "This photo looks like Grace Hopper (s-grace), who is enrolled already."
    assert BiometricAccess.objects.filter(action="lookalike_named", person_id_number="s-grace").exists()


def test_photo_that_passes_for_both_is_the_nearer_ones(ada, grace, monkeypatch):
    """Where no photo is too far from the others, the one of somebody who is enrolled is found all the same."""
    from recognition.faces import outliers

    monkeypatch.setattr(outliers, "strangers", lambda *_args, **_how: frozenset())
    enrolled(grace, "grace")
    agrees(ada, Purpose.LIBRARY)
    photos = [*photos_of("ada", 3), Photo("grace.jpg", picture("grace"))]
    enrolment = enrol(ada, photos, purposes=LIBRARY, by=None, source="upload")
    assert codes(enrolment) == [None, None, None, "somebody_else"]


def test_what_somebody_has_chosen_is_kept_and_written_down(ada, librarian):
    agrees(ada, Purpose.LIBRARY)
    photos = [Photo("grace.jpg", picture("grace")), *photos_of("ada", 2)]
    enrolment = enrol(ada, photos, purposes=LIBRARY, by=librarian, source="upload", decides=Decides.CHOSEN)
    assert codes(enrolment) == [None, None, None]
    assert BiometricAccess.objects.get(action="enrolled").detail["chosen"] is True


def test_where_new_photos_differ_from_the_kept_ones_it_is_said(ada):
    enrolled(ada, "ada", count=2)
    enrolment = enrol(ada, photos_of("grace", 3), purposes=LIBRARY, by=None, source="upload")
    assert "differs_from_kept" in warned(enrolment)
    assert not enrolment.undecided
