"""Every word that the live pages' scripts show, translated here and handed over as JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Purpose
from config.web.language.plurals import counted
from recognition.live.liveness_messages import liveness_words
from recognition.models import Station
from recognition.stations.liveness_policy import LivenessLevel

State = dict[str, str]  # icon (a symbol of live/_icons.html), title, note, tone ("", "success", "warning", "error")


def _state(tone: str, icon: str, title: str, note: str = "") -> State:
    return {"tone": tone, "icon": icon, "title": title, "note": note}


def kiosk_words(station: Station) -> dict[str, Any]:
    return {
        "lane": _lane(),
        "denial": _denial(),
        "doing": _("%(title)s, %(text)s"),
        "states": {
            **_asked(station),
            **_seeing(),
            **_hints(),
            **_life(),
            **_connection(),
            **_endings(),
            **_camera_of_kiosk(),
        },
        "recognised": _state("success", "check", _("Welcome")),
        "trouble": _state("warning", "warning", _("That did not work")),
        "not_recognised": _("Not recognised"),
        "and": _("%(names)s and %(name)s"),
        "others": counted(lambda n: ngettext("%(names)s and %(number)s more", "%(names)s and %(number)s more", n)),
        "retry_in": _("Trying again in %(seconds)s s"),
        "retry_now": _("Trying again now"),
        "sound_on": _("Sound is on"),
        "sound_off": _("Sound is off"),
        "camera_number": _("Camera %(number)s"),
        "actions": {
            "start": _("Start the camera"),
            "again": _("Try again"),
            "take_over": _("Use this screen"),
            "pair": _("Pair this screen"),
        },
    }


def how_to_begin(station: Station) -> str:
    """What the resting screen asks for."""
    if station.purpose == Purpose.LOCKERS:
        return _("Touch the screen to open your locker")
    if station.purpose == Purpose.RECEPTION or station.purpose == Purpose.ATTENDANCE:
        return _("Look at the camera, or touch the screen for card or PIN")
    return _("Look at the camera, or touch the screen")


def _seeing() -> dict[str, State]:
    """What the server says about the whole picture."""
    return {
        "looking": _state("", "eye", _("Look at the camera"), _("Stand in front of the screen.")),
        "checking": _state("", "eye", _("One moment"), _("Checking your face.")),
        "unknown": _state("warning", "question", _("Not recognised"), _("Please use your card, or ask the staff.")),
        "nobody_enrolled": _state("warning", "people", _("No one is enrolled here yet"), _("Please ask the staff.")),
        "photos_outdated": _state(
            "error",
            "warning",
            _("Recognition is not ready"),
            _("The photos must be recalculated. Please ask the staff."),
        ),
        "idle": _state("", "pause", _("No class here now")),
        "engine_down": _state(
            "error", "warning", _("Recognition is not available"), _("Please use your card, or ask the staff.")
        ),
    }


def _life() -> dict[str, State]:
    """What is said to anyone whose liveness is not confirmed, and could be. How a picture gives itself away is not
    said."""
    return {
        "show_life": _state(
            "", "eye", _("Please blink, or turn your head a little"), _("Your card or PIN works too, at any time.")
        ),
        "step_back": _state("", "eye", _("Step back a little"), _("Your card or PIN works too, at any time.")),
        "use_card": _state(
            "warning",
            "card",
            _("Please use your card or PIN"),
            _("The camera could not be sure. This happens sometimes."),
        ),
        "picture": _state(
            "warning", "question", _("Not recognised"), _("Please use your card or PIN, or ask the staff.")
        ),
    }


def _asked(station: Station) -> dict[str, State]:
    """Each step of a challenge, where this station leads through one; the tries that failed, too."""
    if station.liveness != LivenessLevel.CHALLENGE:
        return {}
    lead = _("Your card or PIN works too, at any time.")
    return {code: _state("", "eye", words, lead) for code, words in liveness_words().items()}


def _lane() -> dict[str, str]:
    """What the lane without a face says."""
    return {
        "welcome": _("Welcome, %(name)s"),
        "noted": _("%(name)s, %(note)s"),
        "moment": _("One moment"),
        "no_number": _("Enter your id number."),
        "no_pin": _("Enter your PIN."),
        "no_card": _("Scan a card, or type its number."),
        "failed": _("That did not work. Please tell the staff."),
        "offline": _("The server is not responding. Please tell the staff."),
        "letters": _("ABC"),
        "digits": _("123"),
    }


def _denial() -> dict[str, str]:
    """What is said where someone was greeted by a wrong name. The server words the rest."""
    return {
        "not": _("I am not %(name)s"),
        "failed": _("That did not work. Please tell the staff."),
        "offline": _("The server is not responding. Please tell the staff."),
    }


def _hints() -> dict[str, State]:
    """What the person could do better."""
    return {
        "come_closer": _state("warning", "closer", _("Come closer"), _("Your face is too small in the picture.")),
        "too_dark": _state("warning", "dark", _("Too dark"), _("More light on your face, please.")),
        "too_bright": _state("warning", "bright", _("Too bright"), _("Turn away from the bright light.")),
        "hold_still": _state("warning", "still", _("Hold still"), _("The picture is blurred.")),
        "look_at_camera": _state("warning", "eye", _("Look straight at the camera"), _("Your face is turned away.")),
        **_covers(),
    }


def _covers() -> dict[str, State]:
    """What hides part of the face. Some people cannot take it off, so the other way is named at once."""
    lead = _("Your card or PIN works too, at any time.")
    return {
        "eyes_covered": _state("", "eye", _("Please take your dark glasses off"), lead),
        "mouth_covered": _state("", "eye", _("Please take your mask off"), lead),
    }


def _connection() -> dict[str, State]:
    """What stands between this screen and the server, and passes."""
    return {
        "connecting": _state("", "link", _("Connecting"), _("One moment, please.")),
        "lost": _state("error", "unlink", _("Connection lost"), _("Please use your card, or ask the staff.")),
        "paused": _state("", "pause", _("Paused"), _("This page is in the background.")),
        "start": _state("", "play", _("Ready"), _("Touch the button or press Enter to start the camera.")),
    }


def _endings() -> dict[str, State]:
    """Why the server said goodbye."""
    pair_again = _("Pair this screen with a new code.")
    return {
        "not_paired": _state("error", "unlink", _("This screen is not paired"), pair_again),
        "revoked": _state("error", "unlink", _("This screen is no longer paired"), pair_again),
        "replaced": _state(
            "error",
            "screens",
            _("Another screen is using this station"),
            _("A station can use only one camera at a time."),
        ),
        "station_off": _state("error", "power", _("This station is switched off"), _("Please ask the staff.")),
        "flood": _state("error", "warning", _("This screen sent too many pictures"), _("Try again in a moment.")),
        "too_many_refused": _state("error", "camera_off", _("The pictures cannot be used"), _("Check the camera.")),
    }


def _camera() -> dict[str, State]:
    """What the browser says about its camera."""
    return {
        "camera_starting": _state("", "camera", _("Starting the camera"), _("Allow the camera if the browser asks.")),
        "camera_denied": _state(
            "error",
            "camera_off",
            _("The camera is not allowed"),
            _("Allow it in the browser's settings for this site."),
        ),
        "camera_missing": _state("error", "camera_off", _("No camera found"), _("Connect a camera, then try again.")),
        "camera_busy": _state(
            "error", "camera_off", _("The camera is in use"), _("Close the other program that uses it, then try again.")
        ),
        "camera_insecure": _state(
            "error", "camera_off", _("The camera needs https"), _("Open this page over https, or on the server itself.")
        ),
        "camera_failed": _state(
            "error", "camera_off", _("The camera does not work"), _("Check the camera, then try again.")
        ),
    }


def _camera_of_kiosk() -> dict[str, State]:
    """The same at a kiosk, which tries again by itself: there is often no one who could press a button."""
    notes = {
        "camera_denied": _("Allow it in the browser's settings for this site. It then starts by itself."),
        "camera_missing": _("Connect a camera. It then starts by itself."),
        "camera_busy": _("Close the other program that uses it. It then starts by itself."),
        "camera_failed": _("Check the camera. This screen tries again by itself."),
    }
    return {name: state | {"note": notes.get(name, state["note"])} for name, state in _camera().items()}


def stations_words() -> dict[str, Any]:
    return {
        "states": {
            "offline": _("Offline"),
            "idle": _("Connected, no picture"),
            "looking": _("Looking"),
            "recognised": _("Recognised"),
            "unknown": _("Not recognised"),
            "picture": _("Possible picture"),
            "nobody_enrolled": _("No one enrolled"),
            "photos_outdated": _("Photos must be recalculated: run reembed"),
            "engine_down": _("Recognition not available"),
        },
        "advice": _camera_advice(),
        "fps": _("%(fps)s pictures/s"),
        "seen_now": _("Online now"),
        "seen_at": _("Last online %(at)s"),
        "never": _("Never online yet"),
        "uptime": _("Online: %(day)s in 24 h, %(week)s in 7 days"),
        "enlarge": _("Enlarge %(name)s"),
        "shown": _("Shown: %(shown)s of %(all)s"),
        "nobody": _("No one seen yet"),
        "stranger": _("Person not recognised"),
        "no_right": _("You can see who came, but not the picture."),
        "no_picture": _("No picture"),
        "picture_of": _("Live picture of %(name)s"),
        "lost": _("Connection lost. Trying again."),
        "live": _("Live"),
        "ended": _("Your session has ended. Sign in again."),
    }


def _camera_advice() -> dict[str, str]:
    """What staff can do for better pictures: the codes of recognition.stations.camera.advice."""
    return {
        "dark": _("The picture is too dark. Switch on a light, or check that nothing covers the camera."),
        "glare": _("The picture is too bright. Turn the camera away from the light, or lower its exposure."),
        "backlight": _("The light comes from behind. Turn the camera away from the window, or light the faces."),
        "faces_dark": _("The faces are too dark. Add light from the front."),
        "faces_bright": _("The faces are too bright. Soften the light, or lower the camera's exposure."),
        "far": _("The faces are too small. Move the camera closer, or use a stream with more pixels."),
        "blurred": _("The faces are blurred. Clean the lens and check its focus, or add light."),
        "slow": _("The camera sends too few pictures. Check its network, or use its sub-stream."),
    }


def demo_words() -> dict[str, Any]:
    return {
        "nobody": _("No one greeted yet"),
        "waiting": _("Waiting"),
        "live": _("Live"),
        "lost": _("Connection lost. Trying again."),
        "not_recognised": _("Not recognised"),
        "stranger": _("Person not recognised"),
        "missing": _("The demo station has not been created."),
    }


def seeing_states() -> dict[str, State]:
    """What is said about a picture and the person in it, for pages other than the kiosk."""
    return {**_seeing(), **_hints(), **_life()}


def camera_states() -> dict[str, State]:
    return _camera()
