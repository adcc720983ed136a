// The desk's socket, one for each page: whoever imports this hears the full state, and whether the line stands.

const LONGEST_WAIT = 15_000; // ms
const heard = [];
let wait = 1000;

// `state(hello)` on connecting, every 15 s and after each change; `line(on, words)`: words when the server said goodbye.
export function listen({ state, line = () => {} }) {
  heard.push({ state, line });
}

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/library/desk/`);
  let refused = false;
  socket.addEventListener("message", ({ data }) => {
    const said = JSON.parse(data);
    if (said.kind === "hello") { wait = 1000; for (const one of heard) { one.line(true); one.state(said); } }
    if (said.kind === "bye") { refused = true; for (const one of heard) one.line(false, said.message); }
  });
  socket.addEventListener("close", () => {
    if (refused) return;
    for (const one of heard) one.line(false);
    setTimeout(connect, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT);
  });
}

connect();
