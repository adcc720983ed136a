// The officers' socket, one for each page: whoever imports this hears the full state after every change.

const LONGEST_WAIT = 15_000; // ms
const heard = [];
const words = document.getElementById("live-words");
const dot = document.getElementById("live");
let wait = 1000;

// `state(hello)` on connecting, after each change and now and then; the page's own dot says whether the line stands.
export function listen(state) {
  heard.push(state);
}

function line(on, said) {
  dot.classList.toggle("on", on);
  words.textContent = said ?? (on ? words.dataset.on : words.dataset.off);
}

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/lockers/`);
  let refused = false;
  socket.addEventListener("message", ({ data }) => {
    const said = JSON.parse(data);
    if (said.kind === "hello") { wait = 1000; line(true); for (const one of heard) one(said); }
    if (said.kind === "bye") { refused = true; line(false, said.message); }
  });
  socket.addEventListener("close", () => {
    if (refused) return;
    line(false);
    setTimeout(connect, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT);
  });
}

connect();
