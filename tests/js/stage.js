// What the pages' modules find in a browser, for tests without one.

// What config/web/language/plurals.py hands over in English.
export const english = (one, many) => ({ forms: [many, one], takes: `01${"0".repeat(198)}` });

// Every pending promise has had its turn. For use beside mocked timers.
export const settled = () => new Promise((resolve) => setImmediate(resolve));

export class FakeSocket extends EventTarget {
  static OPEN = 1;
  static made = [];
  readyState = FakeSocket.OPEN;
  sent = [];

  constructor(address) {
    super();
    this.address = address;
    FakeSocket.made.push(this);
  }

  static get latest() {
    return FakeSocket.made.at(-1);
  }

  send(data) {
    this.sent.push(data);
  }

  close() {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }

  says(message) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
}

export function network({ protocol = "https:" } = {}) {
  FakeSocket.made = [];
  globalThis.WebSocket = FakeSocket;
  globalThis.location = { protocol, host: "ostiary.example.org" };
  globalThis.CustomEvent ??= class extends Event {
    constructor(name, { detail }) {
      super(name);
      this.detail = detail;
    }
  };
}

// Timeouts run when the test says so, in their order: `t.tick(ms)`. Node's own are experimental, and differ from version to version.
export function heldTimers(t) {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const waiting = new Map();
  let [now, latest] = [0, 0];
  globalThis.setTimeout = (act, wait = 0) => {
    waiting.set(++latest, { at: now + wait, act });
    return latest;
  };
  globalThis.clearTimeout = (id) => waiting.delete(id);
  t.after(() => Object.assign(globalThis, real));
  t.tick = (ms) => {
    const end = now + ms;
    const first = () => [...waiting].filter(([, { at }]) => at <= end).sort(([, one], [, other]) => one.at - other.at)[0];
    for (let due = first(); due; due = first()) {
      const [id, { at, act }] = due;
      waiting.delete(id);
      now = at;
      act();
    }
    now = end;
  };
}
