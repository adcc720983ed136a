"""Attacks on liveness, made of the photographs of the data. Each attacker sees what is asked for and does its best.

An attacker is a function `(asked, since) -> picture`: what is asked for now (a step, or None) and for how many seconds.
"""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np

from recognition.engine.images import bounded, decode
from recognition.liveness import BLINK, TURN_LEFT, Challenge, Session, Watcher
from recognition.liveness.active.judge import Judge
from tests.support.liveness import clips

FPS = 6
WIDTH, HEIGHT = clips.SIZE
DESK = (96, 104, 110)  # what lies behind a picture that is held up
EYES_PX = 80  # px between the eyes of a picture held straight: a face of about 170 px


# --- attackers --------------------------------------------------------------------------------------------


def moved(photo, rng):
    """One print, shaken, carried, brought closer and rolled; harder at each turn that is asked for."""
    phases = rng.uniform(0, 6.3, 4)

    def picture(asked, since):
        reach = 1.0 if asked is None else 3.0
        t = since * rng.uniform(2.0, 2.2)
        return held(
            photo,
            shift=(reach * 14 * math.sin(t + phases[0]), reach * 9 * math.sin(1.3 * t + phases[1])),
            scale=1 + reach * 0.05 * math.sin(0.8 * t + phases[2]),
            roll=reach * 5 * math.sin(0.9 * t + phases[3]),
        )

    return picture


def turned(photo, rng):
    """One print turned about its upright axis as a head would be, and tipped back and forth for a blink."""
    strength, tilt = rng.uniform(25, 62), rng.uniform(-25, 25)

    def picture(asked, since):
        swing = math.sin(min(since * 1.6, math.pi)) if since < 2 else math.sin(since * 1.6)
        if asked == BLINK:
            return held(photo, tilt=45 * swing)
        side = {None: 0, TURN_LEFT: -1}.get(asked, 1)
        return held(photo, yaw=side * strength * swing, tilt=tilt * abs(swing))

    return picture


def printed_eyes(photo, rng):
    """Two prints, eyes open and closed, exchanged for a blink; turned in space for a turn."""
    shut, turning = clips.with_lids(photo), turned(photo, rng)
    closed_for = rng.uniform(0.15, 0.5)

    def picture(asked, since):
        if asked == BLINK:
            return held(shut if 0.4 < since % 1.5 < 0.4 + closed_for else photo)
        return turning(asked, since)

    return picture


def bent(photo, rng):
    """A print bent round a cylinder that stands, lies or leans, so that the nose does stand out, and turned."""
    strength, curve = rng.uniform(25, 60), rng.uniform(0.3, 1.3)
    bend = {"curve": curve, "axis": rng.choice([0, 0, 0, 90, 45, -45, 22, -22, 70]), "hollow": rng.random() < 0.25}
    shut = clips.with_lids(photo)

    def picture(asked, since):
        if asked == BLINK:
            return rolled(shut if 0.4 < since % 1.5 < 0.75 else photo, **bend)
        side = {None: 0, TURN_LEFT: -1}.get(asked, 1)
        return rolled(photo, yaw=side * strength * math.sin(since * 1.5), **bend)

    return picture


def four_prints(data, rng, *, fade=0.0):
    """Prints of the singer: straight, eyes closed, turned either way, exchanged when asked for, faded in `fade` s."""
    straight = clips.shot(data, clips.HOLD[0])
    prints = {
        BLINK: clips.with_lids(straight),
        "turn_right": clips.shot(data, int(rng.integers(200, 209))),
        "turn_left": clips.mirrored(clips.shot(data, int(rng.integers(200, 209))), data),
    }
    shown = rng.uniform(0.25, 0.8)

    def picture(asked, since):
        if asked is None:
            return straight
        t = since % 2.0 - 0.5
        share = float(np.clip(min(t, shown + fade - t) / max(fade, 1e-3), 0, 1)) if 0 < t < shown + fade else 0.0
        return cv2.addWeighted(prints[asked], share, straight, 1 - share, 0)

    return picture


# --- how an attempt goes ---------------------------------------------------------------------------------


def attempt(engine, attacker, actions, *, passive=None, fps=FPS, seconds=60.0, step_seconds=8.0):
    """Play an attacker against a challenge until it is over."""
    challenge = Challenge.of(list(actions), step_seconds=step_seconds)
    session, at = Session(challenge, Watcher(engine, passive)), 0.0
    asked, since = None, 0.0
    while at < seconds:
        progress = session.feed(attacker(asked, at - since), at)
        if progress.is_over:
            break
        if progress.step != asked:
            asked, since = progress.step, at
        at += 1 / fps
    return session.result()


def recorded(frames, actions, engine, *, every=3, passive=None):
    """A recording played to a challenge, whatever it asks for."""
    session = Session(Challenge.of(list(actions)), Watcher(engine, passive))
    for number in range(0, len(frames), every):
        if session.feed(frames[number], number / clips.FPS).is_over:
            break
    return session.result()


def watched(frames, engine, *, every=3, passive=None):
    """What a watcher makes of a film, to be judged more than once."""
    watcher = Watcher(engine, passive)
    return [watcher.look(frames[number], number / clips.FPS) for number in range(0, len(frames), every)]


def judged(seen, actions, engine):
    """Frames that were watched, held against a challenge."""
    judge = Judge(Challenge.of(list(actions)), threshold=engine.threshold)
    for frame in seen:
        if judge.see(frame).is_over:
            break
    return judge.result()


# --- pictures in space ---------------------------------------------------------------------------------------


def held(photo, *, yaw=0.0, tilt=0.0, roll=0.0, scale=1.0, shift=(0, 0)):
    """A photo held before the camera, seen in perspective. Degrees."""
    h, w = photo.shape[:2]
    corners = np.array([(-w / 2, -h / 2, 0), (w / 2, -h / 2, 0), (w / 2, h / 2, 0), (-w / 2, h / 2, 0)])
    seen = _seen(corners, yaw, tilt, roll, scale) + np.array(shift)
    matrix = cv2.getPerspectiveTransform(np.float32([(0, 0), (w, 0), (w, h), (0, h)]), seen.astype(np.float32))
    return cv2.warpPerspective(photo, matrix, (WIDTH, HEIGHT), borderValue=DESK)


def _seen(points, yaw, tilt, roll, scale, *, away=EYES_PX * 8.0):
    """Points in space, in px, as a camera `away` px before them sees them: about half a metre."""
    a, b, c = (math.radians(angle) for angle in (yaw, tilt, roll))
    about_y = np.array([(math.cos(a), 0, math.sin(a)), (0, 1, 0), (-math.sin(a), 0, math.cos(a))])
    about_x = np.array([(1, 0, 0), (0, math.cos(b), -math.sin(b)), (0, math.sin(b), math.cos(b))])
    about_z = np.array([(math.cos(c), -math.sin(c), 0), (math.sin(c), math.cos(c), 0), (0, 0, 1)])
    turned_points = points @ (about_z @ about_x @ about_y).T
    near = scale * away / (away + turned_points[:, 2])
    return turned_points[:, :2] * near[:, None] + (WIDTH / 2, HEIGHT / 2)


def rolled(photo, *, curve, axis=0.0, hollow=False, yaw=0.0, tilt=0.0, scale=1.0):
    """A sheet bent round a cylinder, by where each ray of the camera meets it.

    `curve`: 1 is as round as a head; `axis`: degrees that the cylinder leans, 0 upright, 90 lying; `hollow`: bent away.
    """
    h, w = photo.shape[:2]
    radius, away = 1.2 * EYES_PX / curve, EYES_PX * 8.0
    back = _rotation(yaw, tilt, -axis).T @ np.eye(3)  # from the room into the cylinder's own directions
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    rays = np.stack([(xs - WIDTH / 2) / scale, (ys - HEIGHT / 2) / scale, np.full_like(xs, away)], axis=-1) @ back.T
    eye = back @ np.array([0.0, 0.0, -away])
    depth = -radius if hollow else radius  # where the cylinder's own axis lies, behind the sheet or before it
    a = rays[..., 0] ** 2 + rays[..., 2] ** 2
    b = 2 * (eye[0] * rays[..., 0] + (eye[2] - depth) * rays[..., 2])
    c = eye[0] ** 2 + (eye[2] - depth) ** 2 - radius**2
    inside = b * b - 4 * a * c
    root = np.sqrt(np.maximum(inside, 0.0))
    reach = (-b + (root if hollow else -root)) / (2 * a)
    hit = eye + reach[..., None] * rays
    along = radius * np.arctan2(hit[..., 0], np.where(hollow, 1, -1) * (hit[..., 2] - depth))
    u, v = _unrolled(along, hit[..., 1], axis)
    seen = (inside > 0) & (np.abs(along) < 1.45 * radius)
    map_x, map_y = np.where(seen, u + w / 2, -9).astype(np.float32), np.where(seen, v + h / 2, -9).astype(np.float32)
    return cv2.remap(photo, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=DESK)


def _unrolled(along, down, axis):
    """From round and along the cylinder back to across and down the sheet."""
    c, s = math.cos(math.radians(axis)), math.sin(math.radians(axis))
    return along * c + down * s, down * c - along * s


def _rotation(yaw, tilt, roll):
    a, b, c = (math.radians(angle) for angle in (yaw, tilt, roll))
    about_y = np.array([(math.cos(a), 0, math.sin(a)), (0, 1, 0), (-math.sin(a), 0, math.cos(a))])
    about_x = np.array([(1, 0, 0), (0, math.cos(b), -math.sin(b)), (0, math.sin(b), math.cos(b))])
    about_z = np.array([(math.cos(c), -math.sin(c), 0), (math.sin(c), math.cos(c), 0), (0, 0, 1)])
    return about_x @ about_y @ about_z


# --- photographs -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def portraits(data, lfw=40):
    """Paths of every photograph of the data with one large face, and the first of `lfw` people of LFW."""
    single = [*sorted((data / "faces/portraits").glob("*.jpg")), *sorted((data / "faces/families").glob("*.jpg"))]
    single += [path for path in sorted((data / "groups").glob("*.jpg")) if path.stem[-1].isalpha()]
    people = [folder for folder in sorted((data / "faces/lfw").iterdir()) if folder.is_dir()][:lfw]
    return [*single, *(sorted(person.iterdir())[0] for person in people)]


def photograph(path):
    """The largest face of a file as a print, its eyes EYES_PX apart; None without a usable face."""
    image = bounded(decode(path.read_bytes()), 1280)
    points = clips.landmarks(image, min_face=50)
    if points is None:
        return None
    left, right = points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    factor = EYES_PX / float(np.linalg.norm(right - left))
    centre = (points[27:36].mean(axis=0) * factor).round()
    image = cv2.resize(
        image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    )
    half = (200, 230)
    image = cv2.copyMakeBorder(image, half[1], half[1], half[0], half[0], cv2.BORDER_REPLICATE)
    x, y = int(centre[0]), int(centre[1])
    return np.ascontiguousarray(image[y : y + 2 * half[1], x : x + 2 * half[0]])


# --- another face on the singer ------------------------------------------------------------------------------------


def with_face_of(frame, photo, photo_points, points=None):
    """The frame with the photo's face laid over the one in it, triangle by triangle: a face that moves like him."""
    points = clips.landmarks(frame) if points is None else points
    if points is None:
        return frame
    made, mask = frame.copy(), np.zeros(frame.shape[:2], np.uint8)
    for triangle in _triangles(photo_points):
        source, target = photo_points[triangle].astype(np.float32), points[triangle].astype(np.float32)
        x, y, w, h = cv2.boundingRect(target)
        x, y = max(0, x), max(0, y)
        w, h = min(w + 1, frame.shape[1] - x), min(h + 1, frame.shape[0] - y)
        if w <= 0 or h <= 0:
            continue
        matrix = cv2.getAffineTransform(source, target - np.float32((x, y)))
        piece = cv2.warpAffine(photo, matrix, (w, h), borderMode=cv2.BORDER_REPLICATE)
        inside = np.zeros((h, w), np.uint8)
        cv2.fillConvexPoly(inside, np.round(target - (x, y)).astype(np.int32), 255)
        made[y : y + h, x : x + w][inside > 0] = piece[inside > 0]
        mask[y : y + h, x : x + w][inside > 0] = 255
    soft = cv2.GaussianBlur(cv2.erode(mask, np.ones((7, 7))), (0, 0), 4)[..., None] / 255.0
    return (made * soft + frame * (1 - soft)).astype(np.uint8)


def _triangles(points):
    """Delaunay's, of these points."""
    scaled = ((points - points.mean(axis=0)) * 200 / np.ptp(points, axis=0).max() + 250).astype(np.float32)
    division = cv2.Subdiv2D((0, 0, 500, 500))
    for point in scaled:
        division.insert((float(point[0]), float(point[1])))
    found = division.getTriangleList().reshape(-1, 3, 2)
    near = [[int(np.argmin(np.linalg.norm(scaled - corner, axis=1))) for corner in triangle] for triangle in found]
    return [triangle for triangle in near if len(set(triangle)) == 3]
