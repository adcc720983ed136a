// The client of config/web/state_socket.py, one for each page: the full state first, then perhaps news, and the state again
// whenever it may have changed. Boards and lists of staff use it.

import { Line } from "./line.js";

// Gives `listen({ state, news, line })`, each of them optional: `state(hello)`, `news(message)`, and `line(on, { seconds, said })`:
// seconds until the next attempt, or what the server said when it ended the line for good. Who listens late hears the latest state.
export function stateLine(path, socket = new Line(path)) {
  const ears = [];
  let latest = null;
  const tell = (name, ...what) => { for (const ear of ears) ear[name]?.(...what); };
  socket.addEventListener("message", ({ detail }) => {
    if (detail.kind !== "hello") return tell("news", detail);
    latest = detail;
    tell("line", true, {});
    tell("state", detail);
  });
  socket.addEventListener("lost", ({ detail }) => tell("line", false, { seconds: detail }));
  socket.addEventListener("bye", ({ detail }) => { if (detail.final) tell("line", false, { said: detail.message }); });
  socket.open();
  return (ear) => {
    ears.push(ear);
    if (!latest) return;
    ear.line?.(socket.isOpen, {});
    ear.state?.(latest);
  };
}

// The page's own dot: says whether the line stands. Unchanged words are not written again: a screen reader would speak them.
export function showLine(on, { said } = {}) {
  const words = document.getElementById("live-words");
  const sentence = said ?? (on ? words.dataset.on : words.dataset.off);
  document.getElementById("live").classList.toggle("on", on);
  if (words.textContent !== sentence) words.textContent = sentence;
}
