// A websocket that comes back by itself: 1, 2, 4, 6, 6 … s, each a little random, so that a hall full of
// kiosks does not knock at the same moment, and none stays away long once the server is there. Most goodbyes
// are final: the page decides what to do next.

const LONGEST = 6;
const PASSING = ["internal", "station_off"]; // goodbyes after which it is worth coming back

export class Line extends EventTarget {
  // Events: "open", "message" (detail: the parsed message), "lost" (detail: whole seconds until the
  // next attempt, told every second), "bye" (detail: {code, message, final}).
  #path; #socket = null; #attempts = 0; #timer = 0; #ended = false;

  constructor(path) {
    super();
    this.#path = path;
  }

  open() {
    clearTimeout(this.#timer);
    this.#ended = false;
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${this.#path}`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("message", (event) => this.#hear(socket, JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#closed(socket));
  }

  send(data) {
    if (!this.isOpen) return false;
    this.#socket.send(data);
    return true;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  // Give up waiting for an answer on this socket and start a new one.
  restart() {
    const socket = this.#socket;
    this.#closed(socket);
    socket?.close();
  }

  #hear(socket, message) {
    if (socket !== this.#socket) return;
    if (message.kind === "hello") this.#attempts = 0;
    if (message.kind === "bye") this.#ended = !PASSING.includes(message.code);
    if (message.kind === "bye") this.#tell("bye", { ...message, final: this.#ended });
    else this.#tell("message", message);
  }

  #closed(socket) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    if (this.#ended) return;
    const wait = Math.min(LONGEST, 2 ** this.#attempts++) * (0.75 + Math.random() / 2);
    this.#countDown(Math.max(1, Math.round(wait)));
  }

  #countDown(seconds) {
    this.#tell("lost", seconds);
    if (seconds <= 0) return this.open();
    this.#timer = setTimeout(() => this.#countDown(seconds - 1), 1000);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
