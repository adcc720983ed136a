// The lane without a face: a card scanned anywhere on the page, or id number and PIN in a dialog with large keys.

import { Pad } from "./pad.js";
import { Wedge } from "./wedge.js";
import { fill } from "./words.js";

const IDLE = 30_000; // ms without a touch, after which the dialog closes and forgets what was typed
const READ = 3_000; // ms to read the welcome

export class Lane extends EventTarget {
  // Events: "welcome" (detail: {name}), "refused" (detail: {message}); the latter only while the dialog is closed.
  #dialog; #address; #words; #card; #pin; #pad; #timer = 0; #busy = false; #last = null; #welcomed = "";

  constructor(dialog, { address, words, scanned }) {
    super();
    [this.#dialog, this.#address, this.#words] = [dialog, address, words];
    this.#card = dialog.querySelector("#lane-card");
    this.#pin = dialog.querySelector("#lane-pin");
    this.#pad = new Pad(this.#pin.querySelector(".pad"), { fields: [this.#pin.id_number, this.#pin.pin] });
    this.#listen(scanned);
  }

  open() {
    this.#forget();
    this.#dialog.showModal();
    this.#card.card.focus({ preventScroll: true });
    this.#wait(IDLE);
  }

  // The station's greeting says what it means here; it may come before or after the answer to the request.
  greeted({ name, note }) {
    this.#last = { name, note, at: performance.now() };
    if (this.#dialog.open && this.#welcomed === name) this.#say(this.#sentence(name), "success");
  }

  // `scanned(text)` takes what is scanned anywhere on the page; while the dialog is open, it is a card.
  #listen(scanned) {
    new Wedge().addEventListener("scan", ({ detail }) => (scanned && !this.#dialog.open ? scanned(detail) : this.#ask({ card: detail })));
    this.#card.addEventListener("submit", (event) => this.#submitted(event, () => this.#cardTyped()));
    this.#pin.addEventListener("submit", (event) => this.#submitted(event, () => this.#pinTyped()));
    this.#dialog.addEventListener("close", () => this.#forget());
    for (const kind of ["pointerdown", "keydown", "input"]) this.#dialog.addEventListener(kind, () => this.#wait(IDLE));
    // A tap beside the fields takes the focus nowhere: the next scan or key still has a place to go.
    this.#dialog.addEventListener("pointerdown", (event) => { if (!event.target.closest("input, button, label")) event.preventDefault(); });
  }

  #submitted(event, act) {
    event.preventDefault();
    act();
  }

  #cardTyped() {
    const card = this.#card.card.value.trim();
    if (!card) return this.#askFor(this.#card.card, this.#words.no_card);
    return this.#ask({ card });
  }

  #pinTyped() {
    const { id_number: number, pin } = this.#pin;
    if (!number.value.trim()) return this.#askFor(number, this.#words.no_number);
    if (!pin.value) return this.#askFor(pin, document.activeElement === number ? "" : this.#words.no_pin);
    return this.#ask({ id_number: number.value.trim(), pin: pin.value });
  }

  #askFor(field, sentence) {
    this.#say(sentence, "warning");
    field.focus();
  }

  async #ask(fields) {
    if (this.#busy) return;
    this.#busy = true;
    this.#say(this.#words.moment, "");
    const answer = await this.#answer(fields);
    this.#busy = false;
    this.#pin.pin.value = this.#card.card.value = "";
    if (answer.name) this.#welcome(answer.name);
    else this.#refuse(answer.message);
  }

  async #answer(fields) {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.#card.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    try {
      const answer = await fetch(this.#address, { method: "POST", body });
      if (!answer.headers.get("content-type")?.includes("json")) return { message: this.#words.failed };
      return await answer.json();
    } catch {
      return { message: this.#words.offline };
    }
  }

  #welcome(name) {
    this.#welcomed = name;
    this.#say(this.#sentence(name), "success");
    this.#wait(READ);
    this.dispatchEvent(new CustomEvent("welcome", { detail: { name } }));
  }

  #sentence(name) {
    const fresh = this.#last && this.#last.name === name && performance.now() - this.#last.at < READ;
    return fresh && this.#last.note ? fill(this.#words.noted, this.#last) : fill(this.#words.welcome, { name });
  }

  #refuse(message) {
    this.#say(message, "error");
    if (!this.#dialog.open) this.dispatchEvent(new CustomEvent("refused", { detail: { message } }));
    else if (this.#pin.id_number.value) this.#pin.pin.focus();
  }

  #say(sentence, tone) {
    const place = this.#dialog.querySelector("#lane-answer");
    place.textContent = sentence;
    place.dataset.tone = tone;
  }

  #wait(length) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dialog.close(), length);
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#card.reset();
    this.#pin.reset();
    this.#pad.reset();
    this.#welcomed = "";
    this.#say("", "");
  }
}
