"""Does a page fit into its window, in every frame that a person is shown?"""

from __future__ import annotations

# From the first moment of a page on: how far it reaches beyond the window, in each frame that is drawn.
EACH_FRAME = """
window.beyond = [];
const draw = () => {
  if (document.documentElement) window.beyond.push(document.documentElement.scrollWidth - innerWidth);
  requestAnimationFrame(draw);
};
requestAnimationFrame(draw);
"""


def fits(page):
    page.wait_for_load_state()  # with only some of its styles a page is wider; then it is measured, but not yet drawn
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def watch_frames(page):
    page.add_init_script(EACH_FRAME)


def every_frame_fits(page):
    page.wait_for_function("window.beyond.length >= 3")
    assert max(page.evaluate("window.beyond")) <= 0, page.url
