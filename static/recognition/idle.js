// The kiosk while no one is here: large, calm, never black. Any sign of a person ends it.

import { clockWords, isOpen, rests } from "./idle-says.js";

const EVERY = 1_000; // ms

export class Idle extends EventTarget {
  // Events: "rest", "wake". `state()` says {works, busy}; `settings` = {after, opens, closes, zone, now}, `now` in ms by the server.
  #place; #settings; #state; #sign = performance.now(); #ahead;

  constructor(place, { settings, state }) {
    super();
    [this.#place, this.#settings, this.#state] = [place, settings, state];
    this.#ahead = settings.now - Date.now(); // this machine's clock may be wrong
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, (event) => this.#touched(event), { capture: true });
    place.addEventListener("click", () => this.sign());
    setInterval(() => this.#look(), EVERY);
    this.#look();
  }

  get resting() {
    return !this.#place.hidden;
  }

  // Seconds since anyone was here.
  get quiet() {
    return (performance.now() - this.#sign) / 1000;
  }

  // A person is here.
  sign() {
    this.#sign = performance.now();
    if (this.resting) this.#show(false);
  }

  // A touch on the resting screen only wakes it: the click that follows presses nothing below.
  #touched(event) {
    if (event.type === "keydown" || !this.#place.contains(event.target)) this.sign();
  }

  #look() {
    const { lang } = document.documentElement;
    const { clock, time, day } = clockWords(Date.now() + this.#ahead, lang, this.#settings.zone);
    write("idle-clock", time);
    write("idle-day", day);
    const open = isOpen(clock, this.#settings.opens, this.#settings.closes);
    document.getElementById("idle-closed").hidden = open;
    const resting = rests({ quiet: this.quiet, after: this.#settings.after, open, ...this.#state() });
    if (resting !== this.resting) this.#show(resting);
  }

  #show(resting) {
    this.#place.hidden = !resting;
    this.dispatchEvent(new Event(resting ? "rest" : "wake"));
  }
}

function write(id, text) {
  const place = document.getElementById(id);
  if (place.textContent !== text) place.textContent = text;
}
