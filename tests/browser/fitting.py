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


# What can be pressed and is shown: smaller than 44 px, or not whole within the window.
TOUCHES = """
(within) => {
  const faults = [];
  const shown = (item) => item.checkVisibility() && item.type !== "hidden" && !item.closest(".visually-hidden");
  const root = document.querySelector(within);
  for (const item of [...root.querySelectorAll("button, a, input, select, summary")].filter(shown)) {
    const { left, top, right, bottom, width, height } = item.getBoundingClientRect();
    const name = item.id || item.textContent.trim() || item.name;
    if (width < 44 || height < 44) faults.push(`${name}: ${width} x ${height}`);
    if (left < 0 || right > innerWidth + 0.5) faults.push(`${name}: ${left} to ${right} of ${innerWidth}`);
    const scrolls = item.closest("dialog, .vault, .kiosk-idle");
    const cut = top < 0 || bottom > innerHeight + 0.5;
    if (cut && !scrolls) faults.push(`${name}: ${top} to ${bottom} of ${innerHeight}`);
  }
  const { scrollWidth, scrollHeight } = document.documentElement;
  const larger = scrollWidth > innerWidth || scrollHeight > innerHeight + 1;
  if (larger) faults.push(`the page: ${scrollWidth} x ${scrollHeight}`);
  return faults;
}
"""


def every_touch_fits(page, within="body"):
    """Nothing that a finger presses is cut off, or smaller than 44 px."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(TOUCHES, within) == [], (page.url, page.viewport_size)
