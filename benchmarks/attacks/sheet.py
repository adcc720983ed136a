"""A sheet in space, flat or bent round a cylinder, as a camera sees it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
SIZE = (480, 360)
FOCAL = 465.0  # px: a webcam of 55 degrees
COARSE = 4  # px of the picture for which a ray is followed; in between it is interpolated


@dataclass(frozen=True, slots=True)
class Pose:
    """Where a sheet is held. Lengths in px of the sheet; `away` such that 1 px of the sheet is FOCAL / away px."""

    away: float
    x: float = 0.0
    y: float = 0.0
    yaw: float = 0.0  # degrees
    pitch: float = 0.0
    roll: float = 0.0
    radius: float = 0.0  # of the cylinder; 0: flat
    upright: bool = True  # the cylinder's axis, else level
    hollow: bool = False  # bent away from the camera at its borders, or towards it

    @property
    def turn(self) -> NDArray[np.float64]:
        a, b, c = (math.radians(angle) for angle in (self.yaw, self.pitch, self.roll))
        about_y = np.array([(math.cos(a), 0, math.sin(a)), (0, 1, 0), (-math.sin(a), 0, math.cos(a))])
        about_x = np.array([(1, 0, 0), (0, math.cos(b), -math.sin(b)), (0, math.sin(b), math.cos(b))])
        about_z = np.array([(math.cos(c), -math.sin(c), 0), (math.sin(c), math.cos(c), 0), (0, 0, 1)])
        return about_z @ about_x @ about_y


def seen(sheet: Image, middle: tuple[float, float], pose: Pose, size: tuple[int, int] = SIZE) -> tuple[Image, Image]:
    """The sheet as the camera sees it, and where it covers the picture (0 to 255). `middle`: turned about, px."""
    return _flat(sheet, middle, pose, size) if not pose.radius else _bent(sheet, middle, pose, size)


def _flat(sheet: Image, middle: tuple[float, float], pose: Pose, size: tuple[int, int]) -> tuple[Image, Image]:
    h, w = sheet.shape[:2]
    corners = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float64) - middle
    space = np.hstack([corners, np.zeros((4, 1))]) @ pose.turn.T + (pose.x, pose.y, pose.away)
    there = space[:, :2] * FOCAL / space[:, 2:] + (size[0] / 2, size[1] / 2)
    source = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, there.astype(np.float32))
    picture = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(cover, np.round(there * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return np.asarray(picture, np.uint8), cover


def _bent(sheet: Image, middle: tuple[float, float], pose: Pose, size: tuple[int, int]) -> tuple[Image, Image]:
    """Each ray of the camera is followed to the cylinder."""
    h, w = sheet.shape[:2]
    xs = np.arange(0, size[0] + COARSE, COARSE, dtype=np.float64)
    ys = np.arange(0, size[1] + COARSE, COARSE, dtype=np.float64)
    gx, gy = np.meshgrid((xs - size[0] / 2) / FOCAL, (ys - size[1] / 2) / FOCAL)
    turn = pose.turn
    rays = np.stack([gx, gy, np.ones_like(gx)], axis=-1) @ turn  # in the sheet's own directions
    eye = -np.array([pose.x, pose.y, pose.away]) @ turn
    along, bent = (1, 0) if pose.upright else (0, 1)  # axes of the sheet: straight and bent
    sign = -1.0 if pose.hollow else 1.0
    # The cylinder's axis lies `radius` behind the sheet's middle (before it, where it is hollow).
    d0, d2 = rays[..., bent], rays[..., 2]
    o0, o2 = eye[bent], eye[2] - sign * pose.radius
    a, b, c = d0 * d0 + d2 * d2, d0 * o0 + d2 * o2, o0 * o0 + o2 * o2 - pose.radius**2
    inside = b * b - a * c
    root = np.sqrt(np.maximum(inside, 0))
    t = (-b - sign * root) / a
    hit0, hit2 = o0 + t * d0, o2 + t * d2
    angle = np.arctan2(hit0, -sign * hit2)
    arc, straight = angle * pose.radius, eye[along] + t * rays[..., along]
    arc = np.where((inside > 0) & (np.abs(angle) < 1.45), arc, 1e6)
    u, v = (arc, straight) if pose.upright else (straight, arc)
    maps = [_fine(part + shift, size) for part, shift in ((u, middle[0]), (v, middle[1]))]
    picture = cv2.remap(sheet, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    there = (maps[0] >= 0) & (maps[0] < w) & (maps[1] >= 0) & (maps[1] < h)
    return np.asarray(picture, np.uint8), np.asarray(there, np.uint8) * 255


def _fine(coarse: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float32]:
    """A value for every pixel from those of the coarse grid."""
    xs, ys = (np.arange(length, dtype=np.float32) / COARSE for length in size)
    grid = np.meshgrid(xs, ys)
    return np.asarray(cv2.remap(coarse.astype(np.float32), grid[0], grid[1], cv2.INTER_LINEAR), np.float32)
