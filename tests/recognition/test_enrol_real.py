"""Enrolment with the real engine on real photographs."""

import numpy as np
import pytest
from django.core.management import call_command

from accounts.roles import Purpose
from recognition.engine import images
from recognition.enrol.enrolment import Photo, enrol, judge
from recognition.faces import crypto
from recognition.faces.profiles import runtime
from recognition.faces.templates import sample_vector
from recognition.models import FaceSample, FaceTemplate
from tests.support.faces import agrees

pytestmark = [pytest.mark.models, pytest.mark.data, pytest.mark.usefixtures("notices", "real_engine")]
LIBRARY = [Purpose.LIBRARY]


def photos_in(folder, pattern="*.jpg"):
    paths = sorted(folder.glob(pattern))
    assert paths, f"{folder} holds no {pattern}"
    return [Photo(path.stem, path.read_bytes()) for path in paths]


def enrolled(person, photos):
    agrees(person, Purpose.LIBRARY)
    return enrol(person, photos, purposes=LIBRARY, by=None, source="folder")


def test_portraits_of_one_man_are_accepted_and_of_another_sent_back(ada, data):
    folder = data / "faces" / "portraits"
    done = enrolled(ada, [*photos_in(folder, "obama*.jpg"), *photos_in(folder, "biden.jpg")])
    assert {verdict.name: verdict.code for verdict in done.verdicts} == {
        "obama": None,
        "obama2": None,
        "obama3": None,
        "biden": "somebody_else",
    }


def test_a_photo_with_a_wrong_label_is_found_among_nine(ada, data):
    """Hugh_Grant_0008 shows Sandra Bullock: a real mistake of this data set."""
    done = enrolled(ada, photos_in(data / "faces" / "lfw" / "Hugh_Grant"))
    assert [v.name for v in done.verdicts if v.code == "somebody_else"] == ["Hugh_Grant_0008"]
    assert done.accepted >= 6


def test_the_same_face_under_another_name_is_warned_about_and_a_relative_is_not(ada, grace, data):
    folder = data / "faces" / "families"
    enrolled(ada, photos_in(folder, "Family1-Dad1.jpg"))
    assert "looks_like_somebody_else" in warned(enrolled(grace, photos_in(folder, "Family1-Dad[23].jpg")))


def test_father_and_son_are_two_people(ada, grace, data):
    folder = data / "faces" / "families"
    enrolled(ada, photos_in(folder, "Family1-Dad?.jpg"))
    assert "looks_like_somebody_else" not in warned(enrolled(grace, photos_in(folder, "Family1-Son?.jpg")))


def warned(enrolment):
    return [warning.code for warning in enrolment.warnings]


def test_a_group_and_an_empty_scene_are_told_apart_from_a_portrait(data):
    groups = {path.stem.split("_")[-1]: path for path in sorted((data / "groups").iterdir())}
    assert judge(groups["8"].read_bytes())[1] == "several_faces"
    assert judge(groups["0"].read_bytes())[1] == "no_face"


@pytest.mark.parametrize(
    ("treatment", "code"),
    [
        (lambda image: image, None),
        (lambda image: (image * 0.15).astype(np.uint8), "too_dark"),
        (lambda image: np.clip(image.astype(int) + 110, 0, 255).astype(np.uint8), "too_bright"),
        (lambda image: images.bounded(image, 180), "too_small"),
    ],
)
def test_a_good_portrait_spoiled_in_one_way_is_sent_back_for_that_way(data, treatment, code):
    portrait = images.decode((data / "faces" / "portraits" / "obama.jpg").read_bytes(), bound_to=800)
    assert judge(images.to_jpeg(treatment(portrait)))[1] == code


def test_a_stored_crop_can_be_embedded_again_as_the_same_face(ada, data, settings):
    """What `reembed` lives on: the detector finds the face in the crop, and the vector hardly moves."""
    enrolled(ada, photos_in(data / "faces" / "portraits", "obama*.jpg"))
    before = {sample.pk: sample_vector(sample) for sample in FaceSample.objects.all()}
    FaceSample.objects.update(profile="older")
    FaceTemplate.objects.update(profile="older")
    call_command("reembed")
    assert set(FaceTemplate.objects.values_list("profile", "photos")) == {(runtime.get_engine().profile.make, 3)}
    for sample in FaceSample.objects.all():
        assert np.linalg.norm(sample_vector(sample) - before[sample.pk]) < 0.2
        crop = images.decode(crypto.decrypt(sample.crop, context=crypto.sample_context(ada.pk)))
        assert max(crop.shape) <= 320
