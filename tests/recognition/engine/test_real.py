"""The real engine on real photographs: the promises that must hold at every commit.

The full tables are measured by `make bench`; these are the ones that would shame us most.
"""

from __future__ import annotations

import csv
import io
import json
import threading
from functools import lru_cache

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from benchmarks.families import told_apart
from config.errors import Refused
from recognition.engine import standard
from recognition.engine.conversion.dlib_build import drawn_face
from recognition.engine.covers import DARK_GLASSES, SMOOTH_MOUTH
from recognition.engine.embedding.vectors import distance, mean
from recognition.engine.evaluation.error_rates import embed_file, main_face
from recognition.engine.images import bounded, decode
from recognition.engine.model_files.manifest import FILES, MESH, files_of, spec_of
from recognition.engine.model_files.store import ModelStore
from recognition.engine.quality import pose
from recognition.engine.search.gallery import Gallery, GallerySearch
from recognition.engine.tracking.tracker import Tracker
from recognition.engine.types import Box
from recognition.faces.profiles import runtime

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def accurate(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("accurate")
    store = ModelStore(folder)
    for file in files_of(spec_of("accurate", folder)):
        if not file.optional:
            store.obtain(file, mirror=data / "weights", progress=lambda *_: None)
    return standard.build_engine("accurate", models_dir=folder, allow_noncommercial=True)


def photo(data, name):
    return decode((data / "faces" / name).read_bytes(), bound_to=1280)


# --- the rebuilt networks ----------------------------------------------------------------------------


def test_the_rebuilt_embedder_gives_dlib_s_own_numbers(real_engine, data, settings):
    import dlib

    store = ModelStore(settings.MODELS_DIR)
    reference = dlib.face_recognition_model_v1(str(store.path("dlib_face_recognition_resnet_model_v1.dat")))
    image = photo(data, "portraits/obama.jpg")
    dlib_network = real_engine._embedder.network
    chips = np.stack(dlib_network.chips(image, real_engine.detect(image, min_face=80)[0]))
    wanted = np.array([reference.compute_face_descriptor(chip) for chip in chips])
    first_half, second_half = dlib_network.stages
    assert np.abs(second_half(first_half(chips)) - wanted).max() <= 1e-5


def test_the_rebuilt_detector_finds_what_dlib_s_finds_where_it_finds_it(real_engine, data, settings):
    import dlib

    store = ModelStore(settings.MODELS_DIR)
    reference = dlib.cnn_face_detection_model_v1(str(store.path("mmod_human_face_detector.dat")))
    image = bounded(photo(data, "portraits/biden.jpg"), 500)
    [wanted] = reference(image)
    [found] = real_engine._detector.find(image, min_face=60)
    centre = wanted.rect.center()
    assert abs(found.box.x + found.box.w / 2 - centre.x) < 0.25 * found.box.w
    assert abs(found.box.y + found.box.h / 2 - centre.y) < 0.25 * found.box.w
    assert abs(found.score - wanted.confidence) < 0.15


def test_deepface_itself_answers_with_the_fast_embedder(real_engine):
    from deepface.modules import modeling

    client = modeling.build_model("facial_recognition", "Dlib")
    assert type(client).__name__ == "DlibOnnx"
    face = drawn_face(150)
    rgb = client.vectors(face[None])[0]
    bgr_unit = client.forward(face[None, :, :, ::-1].astype(np.float32) / 255)
    assert np.abs(np.array(bgr_unit) - rgb).max() < 1e-4


# --- finding faces --------------------------------------------------------------------------------------


@pytest.mark.parametrize("detector", ["mmod", "short_range", "full_range", "haar", "hog"])
def test_every_detector_finds_the_same_face(real_engine, data, settings, detector):
    image = bounded(photo(data, "portraits/obama.jpg"), 640)
    found = standard.build_detector(detector, ModelStore(settings.MODELS_DIR)).find(image, min_face=60)
    assert found, detector
    assert 230 < found[0].box.x + found[0].box.w / 2 < 310
    assert 100 < found[0].box.y + found[0].box.h / 2 < 200


@lru_cache
def built(detector, models_dir):
    """Once for all the shapes that it is shown: some take a second to load."""
    return standard.build_detector(detector, ModelStore(models_dir))


@pytest.mark.long
@pytest.mark.parametrize("detector", ["mmod", "yunet", "short_range", "full_range", "haar", "hog", "deepface:opencv"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3), (31, 5), (60, 2000), (2000, 60)])
def test_however_small_or_thin_a_picture_is_it_is_searched(real_engine, accurate, settings, detector, shape):
    engine = accurate if detector == "yunet" else real_engine
    image = np.random.default_rng(0).integers(0, 255, (*shape, 3), dtype=np.uint8)
    finder = built(detector, engine._models_dir)
    for min_face in (40, 80, 200):
        for how in ({}, {"quick": True}, {"quick": True, "max_face": 100}):
            assert isinstance(finder.find(image, min_face=min_face, **how), list)


@pytest.mark.parametrize("box", [(-500, -500, 80, 80), (5000, 10, 80, 80), (-40, -40, 80, 80), (0, 0, 0, 0)])
def test_an_old_place_outside_the_picture_gives_nothing(real_engine, box):
    assert real_engine.detect(np.zeros((480, 640, 3), np.uint8), near=[Box(*box)]) == []


@pytest.mark.parametrize("which", ["bundled", "accurate"])
def test_a_face_over_the_border_is_embedded_and_cropped_like_any_other(real_engine, accurate, data, which):
    engine = real_engine if which == "bundled" else accurate
    image = bounded(photo(data, "portraits/obama2.jpg"), 480)
    [face] = engine.detect(image, min_face=60)
    cut = np.ascontiguousarray(image[:, face.box.x + face.box.w // 6 :])
    [partly] = engine.detect(cut, min_face=60)
    assert np.linalg.norm(engine.embed(cut, [partly])[0]) == pytest.approx(1, abs=1e-5)
    assert engine.crop(cut, partly).ndim == 3


def test_an_unknown_detector_is_refused(settings):
    with pytest.raises(Refused) as caught:
        standard.build_detector("crystal-ball", ModelStore(settings.MODELS_DIR))
    assert caught.value.code == "unknown_detector"


@pytest.mark.long
@pytest.mark.parametrize("name", ["007_B", "011_3", "015_6", "016_8", "017_0"])
def test_faces_in_groups_are_counted_and_none_invented(real_engine, data, name):
    label = name.partition("_")[2]
    image = decode((data / "groups" / f"{name}.jpg").read_bytes())
    assert len(real_engine.detect(image, min_face=32)) == (int(label) if label.isdigit() else 1)


@pytest.mark.long
@pytest.mark.parametrize("name", ["001_A", "002_A", "006_A", "011_3", "016_8", "017_0"])
def test_the_accurate_profile_takes_nothing_in_the_background_for_a_face(accurate, data, name):
    label = name.partition("_")[2]
    image = decode((data / "groups" / f"{name}.jpg").read_bytes())
    assert len(accurate.detect(image, min_face=40)) == (int(label) if label.isdigit() else 1)


@pytest.mark.parametrize("size", [40, 60, 120])
def test_a_face_of_40_px_is_found(real_engine, data, size):
    face = photo(data, "portraits/obama.jpg")
    box = real_engine.detect(face, min_face=100)[0].box
    small = bounded(face, round(max(face.shape[:2]) * size * 1.1 / box.size))
    canvas = np.full((480, 640, 3), 120, np.uint8)
    canvas[: min(480, small.shape[0]), 100 : 100 + small.shape[1]] = small[:480]
    assert len(real_engine.detect(canvas, min_face=40)) == 1


def test_a_followed_face_is_found_again_around_its_old_place(real_engine, data):
    image = bounded(photo(data, "portraits/obama2.jpg"), 480)
    [face] = real_engine.detect(image, min_face=60)
    [again] = real_engine.detect(image, min_face=60, near=[face.box])
    assert distance(*real_engine.embed(image, [face, again])) < 0.2


def test_around_two_old_places_the_same_face_is_found_once(real_engine, data):
    """Who stood beside it has left: there were as many ghosts as places."""
    image = bounded(photo(data, "portraits/obama2.jpg"), 480)
    [face] = real_engine.detect(image, min_face=60)
    x, y, w, h = face.box
    assert len(real_engine.detect(image, min_face=60, near=[face.box, Box(x + w // 2, y, w, h)])) == 1


def test_a_picture_without_a_face_gives_nothing_and_embeds_to_nothing(real_engine):
    image = np.full((300, 300, 3), 128, np.uint8)
    assert real_engine.detect(image) == []
    assert real_engine.embed(image, []).shape == (0, 128)


# --- quality -----------------------------------------------------------------------------------------------


def test_quality_tells_a_turned_head_from_a_straight_one(real_engine, data):
    straight = main_face(real_engine, photo(data, "portraits/obama.jpg")).quality
    turned = main_face(real_engine, photo(data, "portraits/obama2.jpg")).quality
    assert abs(straight.yaw) < 12 < abs(turned.yaw)


def test_a_mirror_image_turns_the_other_way(real_engine, data):
    image = photo(data, "portraits/obama2.jpg")
    yaw = main_face(real_engine, image).quality.yaw
    mirrored = main_face(real_engine, np.ascontiguousarray(image[:, ::-1])).quality.yaw
    assert np.sign(yaw) == -np.sign(mirrored)


def test_the_mesh_and_dlib_s_five_points_agree_on_the_turn(real_engine, data):
    apart = []
    for path in sorted((data / "faces/lfw").glob("*/*.jpg"))[::15]:
        face = main_face(real_engine, decode(path.read_bytes()))
        if face is None or face.mesh is None:
            continue
        five = pose(face.anchor)[0]
        apart += [abs(five - face.quality.yaw)] if abs(five) < 40 else []
    assert len(apart) > 25 and np.mean(apart) < 5 and np.max(apart) < 16


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("Sepp_Blatter/Sepp_Blatter_0001", True),
        ("Tim_Robbins/Tim_Robbins_0003", True),
        ("Sharon_Stone/Sharon_Stone_0001", True),
        ("Chanda_Rubin/Chanda_Rubin_0002", False),  # dark skin, and cheeks that shine
        ("Sepp_Blatter/Sepp_Blatter_0002", False),
        ("Liza_Minnelli/Liza_Minnelli_0003", False),
    ],
)
def test_dark_glasses_are_seen(real_engine, data, name, covered):
    quality = main_face(real_engine, photo(data, f"lfw/{name}.jpg")).quality
    assert (quality.eye_light < DARK_GLASSES) is covered
    assert quality.mouth_detail > SMOOTH_MOUTH


def test_a_mask_drawn_over_nose_and_mouth_is_seen(real_engine, data):
    import cv2

    image = photo(data, "lfw/Angela_Bassett/Angela_Bassett_0001.jpg").copy()
    jaw = [227, 137, 177, 215, 138, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 367, 435, 401, 366, 447, 5]
    mesh = main_face(real_engine, image).mesh
    cv2.fillPoly(image, [np.round(mesh.points[jaw, :2]).astype(int)], (120, 160, 200))
    masked = main_face(real_engine, image)
    assert masked is not None and masked.quality.mouth_detail < SMOOTH_MOUTH


@pytest.mark.parametrize(("frame", "least", "most"), [(168, -8, 8), (180, -8, 8), (132, -45, -20), (204, -40, -15)])
def test_the_man_in_the_film_turns_his_head_as_far_as_one_can_see(real_engine, data, frame, least, most):
    """Judged by eye: straight ahead at 168 and 180, towards the picture's left at 132 and 204."""
    assert least <= main_face(real_engine, film_frame(data, frame)).quality.yaw <= most


def test_a_profile_is_not_taken_for_a_face_that_looks_ahead(real_engine, data):
    """A woman seen from the side: there the 68 points collapse into a frontal face."""
    assert main_face(real_engine, film_frame(data, 240)).quality.yaw < -35


def film_frame(data, number):
    import cv2

    film = cv2.VideoCapture(str(data / "liveness/head_turns.mp4"))
    film.set(cv2.CAP_PROP_POS_FRAMES, number)
    return cv2.cvtColor(film.read()[1], cv2.COLOR_BGR2RGB)


def test_blur_and_darkness_lower_the_score(real_engine, data):
    import cv2

    image = bounded(photo(data, "portraits/obama.jpg"), 640)
    good = main_face(real_engine, image).quality
    blurred = main_face(real_engine, cv2.GaussianBlur(image, (0, 0), 5)).quality
    dark = main_face(real_engine, (image * 0.15).astype(np.uint8)).quality
    assert blurred.sharpness < good.sharpness / 10 and blurred.score < good.score
    assert dark.light < 45 and dark.score < good.score


# --- who is it ------------------------------------------------------------------------------------------------


def test_the_crop_that_is_kept_is_still_the_same_face(real_engine, data):
    for name in ("obama", "obama2", "obama3", "biden"):
        image = photo(data, f"portraits/{name}.jpg")
        face = main_face(real_engine, image)
        crop = real_engine.crop(image, face)
        again = main_face(real_engine, crop)
        assert distance(real_engine.embed(image, [face])[0], real_engine.embed(crop, [again])[0]) < 0.15
        assert max(crop.shape[:2]) <= 320


@pytest.mark.parametrize("longest", [160, 320, 1280])
def test_the_crop_is_a_bit_more_than_twice_the_face_but_neither_tiny_nor_large(real_engine, data, longest):
    image = bounded(photo(data, "portraits/obama2.jpg"), longest)
    face = main_face(real_engine, image)
    side = real_engine.crop(image, face).shape[0]
    assert side == min(320, max(120, round(2.2 * face.box.size)))


def test_families_are_told_apart(real_engine, data):
    result = told_apart(real_engine)
    assert (result.right, result.wrong, result.adults_named) == (8, 0, 0)


def test_families_are_told_apart_by_the_accurate_profile_too(accurate, data):
    result = told_apart(accurate)
    assert (result.right, result.wrong, result.adults_named) == (8, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize("which", ["bundled", "accurate"])
def test_twenty_people_of_lfw_are_not_confused(real_engine, accurate, data, which):
    engine = real_engine if which == "bundled" else accurate
    folders = sorted((data / "faces/lfw").iterdir())[1:80:4]
    folders = [folder for folder in folders if folder.is_dir()]
    first, second = ([embed_file(engine, sorted(folder.iterdir())[number]) for folder in folders] for number in (0, 1))
    limit = engine.threshold(photos=1, frames=1, target_fmr=1e-4)
    pairs = [
        (a, b, i == j) for i, a in enumerate(first) for j, b in enumerate(second) if a is not None and b is not None
    ]
    assert not [1 for a, b, same in pairs if not same and distance(a, b) <= limit]
    assert sum(distance(a, b) <= limit for a, b, same in pairs if same) >= 0.75 * len(folders)


def test_no_file_that_excludes_commercial_use_is_needed_for_the_mesh(real_engine, data, settings):
    commercial = standard.build_engine("bundled", models_dir=settings.MODELS_DIR, allow_noncommercial=False)
    image = photo(data, "portraits/obama3.jpg")
    [face] = commercial.detect(image, min_face=100)
    assert face.mesh is not None and face.landmarks.shape == (5, 2)
    [same] = real_engine.detect(image, min_face=100)
    assert distance(real_engine.embed(image, [same])[0], commercial.embed(image, [face])[0]) < 1e-5


def test_many_threads_get_the_same_answers(real_engine, data):
    image = bounded(photo(data, "portraits/obama.jpg"), 480)
    wanted = real_engine.embed(image, real_engine.detect(image, min_face=60))
    answers, errors = [], []

    def work():
        try:
            answers.append(real_engine.embed(image, real_engine.detect(image, min_face=60)))
        except Exception as error:  # a thread's error would otherwise be lost
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    assert not errors
    assert all(np.abs(answer - wanted).max() < 1e-5 for answer in answers)


@pytest.mark.long
def test_a_man_in_a_film_is_one_track_named_once_and_the_next_scene_does_not_inherit_his_name(real_engine, data):
    """He turns his head both ways, grimaces and waves; then the film cuts to other people, some in his place."""
    him = []
    for frame in range(84, 204, 24):
        image = film_frame(data, frame)
        him.append(real_engine.embed(image, real_engine.detect(image, min_face=60)[:1])[0])
    gallery = Gallery.build([(7, mean(np.stack(him)), len(him))])
    tracker = Tracker(engine=real_engine, search=GallerySearch(gallery, real_engine, 1e-3), min_face=60)
    seen = {number: tracker.update(film_frame(data, number), number / 30) for number in range(84, 272, 4)}
    alone = [track for number, tracks in seen.items() if number < 210 for track in tracks]
    afterwards = [track for number, tracks in seen.items() if number > 212 for track in tracks]
    assert {track.id for track in alone} == {1}
    assert sum(track.fresh for track in alone) == 1
    assert sum(track.match is not None for track in alone) > 0.85 * len(alone)
    assert afterwards and not any(track.match and track.match.person for track in afterwards)


# --- the commands ------------------------------------------------------------------------------------------------


def run(*words):
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


@pytest.fixture
def few_pairs(data, tmp_path):
    """The first twenty-five pairs of each kind: enough to run the command on, too few to measure with."""
    rows = list(csv.DictReader((data / "faces/lfw/pairs.csv").open()))
    chosen = [row for same in "10" for row in [row for row in rows if row["same"] == same][:25]]
    path = tmp_path / "pairs.csv"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ("first", "second", "same"))
        writer.writeheader()
        writer.writerows(chosen)
    return path


@pytest.mark.long
def test_evaluate_pairs_prints_one_document(real_engine, data, few_pairs):
    report = run("evaluate_pairs", str(few_pairs), "--images", str(data / "faces/lfw"), "--json")
    assert report["pairs"] == 50
    assert report["accuracy"] > 0.95
    assert report["fnmr_at_fmr"]["1e-4"] is None
    assert {"failed_to_detect", "eer", "threshold", "ms_per_face", "threshold_at_fmr"} <= set(report)


TRUE_AND_FALSE = "first,second,same\nx.jpg,y.jpg,1\nx.jpg,z.jpg,true\nx.jpg,z.jpg,0\n"


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "first,second,same\nx.jpg,y.jpg,1\n", TRUE_AND_FALSE])
def test_evaluate_pairs_refuses_a_file_that_is_no_list_of_pairs(tmp_path, content):
    path = tmp_path / "pairs.csv"
    path.write_text(content)
    with pytest.raises(CommandError, match=r"1 or 0|needs pairs") as caught:
        call_command("evaluate_pairs", str(path), "--images", str(tmp_path))
    assert caught.value.returncode == 2


def test_evaluate_pairs_says_which_file_is_not_there(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere.csv does not exist") as caught:
        call_command("evaluate_pairs", str(tmp_path / "nowhere.csv"), "--images", str(tmp_path))
    assert caught.value.returncode == 2


@pytest.mark.long
def test_evaluate_gallery_measures_and_writes_a_profile_s_curves(real_engine, data, settings, tmp_path):
    folder = tmp_path / "people"
    folder.mkdir()
    for person in sorted(path for path in (data / "faces/lfw").iterdir() if path.is_dir())[:6]:
        (folder / person.name).mkdir()
        for photo in sorted(person.iterdir())[:3]:
            (folder / person.name / photo.name).symlink_to(photo)
    output = tmp_path / "curves.json"
    report = run(
        "evaluate_gallery", str(folder), "--enrol", "2", "--probe", "1", "--json", "--write", "--output", str(output)
    )
    assert report["enrolled"] == 3 and report["rank1"] > 0.9
    assert set(report["fnir_at_fpir"]) == {"1e-1", "1e-2"}
    written = json.loads(output.read_text())
    assert written["profile"] == "bundled" and "6 people" in written["data"]
    assert {(cell["photos"], cell["frames"], cell["kind"]) for cell in written["cells"]} >= {
        (1, 1, "photos"),
        (1, 3, "visit"),
    }


@pytest.mark.parametrize("words", [["--enrol", "0"], ["--probe", "0"]])
def test_evaluate_gallery_exits_2_when_nothing_is_enrolled_or_probed(real_engine, data, tmp_path, words):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "photo.jpg").write_bytes((data / "faces/portraits/obama.jpg").read_bytes())
    with pytest.raises(CommandError) as caught:
        call_command("evaluate_gallery", str(tmp_path), *words, stdout=io.StringIO())
    assert caught.value.returncode == 2


def test_evaluate_gallery_refuses_a_folder_without_people(tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("evaluate_gallery", str(tmp_path / "nowhere"))
    assert caught.value.returncode == 2


# --- other people's models ---------------------------------------------------------------------------------------


def test_an_institution_s_own_arcface_model_is_a_few_lines_of_json(data, tmp_path):
    original = FILES["MobileFaceNet.onnx"]
    (tmp_path / "profiles").mkdir()
    (tmp_path / "own.onnx").write_bytes((data / "weights/MobileFaceNet.onnx").read_bytes())
    for name in MESH:
        ModelStore(tmp_path).obtain(FILES[name], mirror=data / "weights", progress=lambda *_: None)
    description = {
        "file": "own.onnx", "sha256": original.sha256, "size": original.size, "licence": "bought",
        "trained_on": "our own pictures", "commercial": True, "side": 112, "dim": 128, "channels": "RGB",
        "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375], "detector": "hog",
    }  # fmt: skip
    (tmp_path / "profiles" / "own.json").write_text(json.dumps(description))
    try:
        engine = standard.build_engine("own", models_dir=tmp_path, allow_noncommercial=True)
        obama, again, biden = (
            embed_file(engine, data / f"faces/portraits/{n}.jpg") for n in ("obama", "obama3", "biden")
        )
        assert distance(obama, again) < 1.0 < distance(obama, biden)
        with pytest.raises(Refused) as caught:
            engine.threshold(photos=1, frames=1, target_fmr=1e-3)
        assert caught.value.code == "not_calibrated", "nobody has measured it, so it names nobody"
    finally:
        FILES.pop("own.onnx", None)


def test_the_site_may_choose_another_detector_than_the_profile_s(real_engine, data, settings):
    assert runtime.get_engine().profile.detector == "mmod"
    settings.RECOGNITION_DETECTOR = "hog"
    runtime.forget_engine()
    engine = runtime.get_engine()
    assert (engine.profile.name, engine.profile.detector) == ("bundled", "hog")
    assert len(engine.detect(bounded(photo(data, "portraits/obama.jpg"), 640), min_face=60)) == 1


def test_any_detector_of_deepface_s_can_be_named(real_engine, data, settings):
    engine = standard.build_engine("bundled", models_dir=settings.MODELS_DIR, detector="deepface:opencv")
    [face] = engine.detect(bounded(photo(data, "portraits/obama.jpg"), 640), min_face=60)
    assert 230 < face.box.x + face.box.w / 2 < 310


def test_a_model_that_deepface_lacks_is_refused(settings):
    with pytest.raises(Refused) as caught:
        standard.build_engine("deepface:Crystal", models_dir=settings.MODELS_DIR)
    assert caught.value.code == "models_missing"


def test_deepface_can_be_given_two_files_and_mixes_none_up(real_engine, accurate):
    from deepface.modules import modeling

    one, other = (modeling.build_model("facial_recognition", name) for name in ("Dlib", "MobileFaceNet"))
    assert (one.model_name, one.input_shape) == ("Dlib", (150, 150))
    assert (other.model_name, other.input_shape) == ("MobileFaceNet", (112, 112))
    modeling.cached_models["facial_recognition"].clear()  # asked for again, each is built from its own file
    assert modeling.build_model("facial_recognition", "MobileFaceNet").path.name == "MobileFaceNet.onnx"


def test_a_detector_that_deepface_lacks_is_refused(settings):
    with pytest.raises(Refused) as caught:
        standard.build_detector("deepface:crystal-ball", ModelStore(settings.MODELS_DIR))
    assert caught.value.code == "models_missing"
