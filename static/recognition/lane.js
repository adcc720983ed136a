// The lane without a face: a card scanned anywhere on the page, or id number and PIN in a dialog with large keys.

import { formOf } from "../shared/forms.js";
import { Turns } from "../shared/turns.js";
import { fill } from "../shared/words.js";
import { Pad } from "./pad.js";
import { Wedge } from "./wedge.js";

const IDLE = 30_000; // ms without a touch, after which the dialog closes and forgets what was typed
const READ = 3_000; // ms to read the welcome
const ANSWERS_WITHIN = 20_000; // ms: a second card waits no longer for the first

// The station's greeting of this very moment says more than the answer to the request.
export function welcomeWords(name, greeted, now, words) {
  const fresh = greeted?.name === name && now - greeted.at < READ;
  return fresh && greeted.note ? fill(words.noted, greeted) : fill(words.welcome, { name });
}

export class Lane extends EventTarget {
  // Events: "welcome" (detail: {name}), "refused" (detail: {message}); the latter only while the dialog is closed.
  #dialog; #address; #words; #card; #pin; #pad; #timer = 0; #opened = 0; #turns = new Turns(); #last = null; #welcomed = "";

  constructor(dialog, { address, words, scanned }) {
    super();
    [this.#dialog, this.#address, this.#words] = [dialog, address, words];
    this.#card = dialog.querySelector("#lane-card");
    this.#pin = dialog.querySelector("#lane-pin");
    this.#pad = new Pad(this.#pin.querySelector(".pad"), { fields: [this.#pin.id_number, this.#pin.pin, this.#card.card] });
    this.#listen(scanned);
  }

  open() {
    this.#forget();
    this.#dialog.showModal();
    this.#opened = performance.now();
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

  // A second card waits for the first one's answer.
  #ask(fields) {
    return this.#turns.take(JSON.stringify(fields), () => this.#asked(fields));
  }

  async #asked(fields) {
    this.#say(this.#words.moment, "");
    const answer = await this.#answer(fields);
    this.#pin.pin.value = this.#card.card.value = "";
    if (answer.name) this.#welcome(answer.name);
    else this.#refuse(answer.message);
  }

  async #answer(fields) {
    const body = formOf(this.#card.csrfmiddlewaretoken.value, fields);
    if (this.#dialog.open) body.set("took", Math.round(performance.now() - this.#opened)); // how long this way takes
    try {
      const answer = await fetch(this.#address, { method: "POST", body, signal: AbortSignal.timeout(ANSWERS_WITHIN) });
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
    return welcomeWords(name, this.#last, performance.now(), this.#words);
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
