// Charts that answer: the bar, point or cell under the pointer, or with the focus, says its numbers in the line above its
// chart. A chart is one stop for the Tab key; the arrow keys move through it. The charts may be replaced by htmx.

const marksOf = (chart) => [...chart.querySelectorAll("a.mark")];

function say(mark) {
  mark.closest("figure").querySelector(".chart-says").textContent = mark.querySelector("title").textContent;
}

function saySummary(mark) {
  const line = mark.closest("figure").querySelector(".chart-says");
  line.textContent = line.dataset.summary;
}

for (const [event, act] of [["pointerover", say], ["focusin", say], ["pointerout", saySummary], ["focusout", saySummary]]) {
  document.addEventListener(event, ({ target }) => {
    const mark = target.closest?.("a.mark");
    if (mark) act(mark);
  });
}

function oneStopEach() {
  for (const chart of document.querySelectorAll(".plot-area")) {
    marksOf(chart).forEach((mark, place) => mark.setAttribute("tabindex", place ? -1 : 0));
  }
}

function placeAfter(key, place, last, backwards) {
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key === "ArrowDown") return Math.min(last, place + 1);
  if (key === "ArrowUp") return Math.max(0, place - 1);
  if (key === "ArrowRight" || key === "ArrowLeft") {
    return (key === "ArrowRight") === backwards ? Math.max(0, place - 1) : Math.min(last, place + 1);
  }
  return place;
}

document.addEventListener("keydown", (event) => {
  const mark = event.target.closest?.("a.mark");
  if (!mark) return;
  const marks = marksOf(mark.closest(".plot-area"));
  const place = marks.indexOf(mark);
  const next = marks[placeAfter(event.key, place, marks.length - 1, document.dir === "rtl")];
  if (next === mark) return;
  event.preventDefault();
  mark.setAttribute("tabindex", -1);
  next.setAttribute("tabindex", 0);
  next.focus();
});

document.addEventListener("htmx:afterSettle", oneStopEach);
oneStopEach();
