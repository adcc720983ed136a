"""What is known of the licences of DeepFace's models. DeepFace itself is MIT; each model has its authors' terms."""

from __future__ import annotations

from typing import NamedTuple


class LicenceTerms(NamedTuple):
    licence: str
    trained_on: str
    commercial: bool  # False where the authors exclude it in so many words


_UNKNOWN = LicenceTerms("not known", "not known: ask its authors", True)
_RESEARCH = "published for research use"

_FACENET = f"not stated by DeepFace; its authors' own were trained on CASIA-WebFace or VGGFace2, {_RESEARCH}"

TERMS = {
    "ArcFace": LicenceTerms(
        "MIT (the code that it was made with)",
        "not stated by DeepFace. Models of that code are mostly trained on MS-Celeb-1M, which its publisher has "
        "withdrawn; InsightFace allows those trained on its copy for non-commercial research only",
        True,
    ),
    "Buffalo_L": LicenceTerms("InsightFace: non-commercial research only", "WebFace600K and others", False),
    "DeepFace": LicenceTerms("MIT", f"VGGFace2, {_RESEARCH}", True),
    "DeepID": LicenceTerms("MIT", "not said by DeepFace", True),
    "Dlib": LicenceTerms("CC0-1.0", "about 3 million faces: FaceScrub, VGG and pictures from the web", True),
    "Facenet": LicenceTerms("MIT", _FACENET, True),
    "Facenet512": LicenceTerms("MIT", _FACENET, True),
    "GhostFaceNet": LicenceTerms("MIT", "MS-Celeb-1M, which its publisher has withdrawn", True),
    "OpenFace": LicenceTerms("Apache-2.0", f"CASIA-WebFace and FaceScrub, {_RESEARCH}", True),
    "SFace": LicenceTerms("Apache-2.0", "not said by DeepFace", True),
    "VGG-Face": LicenceTerms("Oxford: non-commercial research only", "2.6 million pictures of 2,622 people", False),
}


def terms_of(model: str) -> LicenceTerms:
    return TERMS.get(model, _UNKNOWN)
