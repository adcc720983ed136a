"""Live frames do not stand in one queue with enrolment and searches."""

import asyncio
import threading

from recognition.faces.profiles import runtime


async def test_a_frame_does_not_wait_for_photos_that_are_enrolled():
    """However many pictures somebody uploads, the people in front of the cameras are answered."""
    release = threading.Event()
    uploads = [runtime.executor().submit(release.wait, 20) for _ in range(50)]
    try:
        async with asyncio.timeout(10):
            assert await runtime.in_engine(lambda: "decided") == "decided"
    finally:
        release.set()
    assert all(upload.result(timeout=5) for upload in uploads)


async def test_frames_run_on_threads_of_their_own():
    def name():
        return threading.current_thread().name

    assert (await runtime.in_engine(name)).startswith("live")
    assert runtime.executor().submit(name).result().startswith("engine")
