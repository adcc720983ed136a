// "Not me": a person who was greeted by a wrong name says so, by touch, or with the Delete key.

import { formOf } from "../shared/forms.js";
import { fill } from "../shared/words.js";

const LASTS = 30_000; // ms after a greeting in which it can be said
const IDLE = 20_000; // ms without a touch, after which the dialog closes
const READ = 6_000; // ms to read the answer

export class Denial extends EventTarget {
  // Event: "denied" (detail: {name}), once the server has noted it.
  #dialog; #button; #address; #words; #greeted = new Map(); #timer = 0; #busy = false;

  constructor(dialog, button, { address, words }) {
    super();
    [this.#dialog, this.#button, this.#address, this.#words] = [dialog, button, address, words];
    button.addEventListener("click", () => this.#open());
    document.addEventListener("keydown", (event) => this.#pressed(event));
    dialog.addEventListener("close", () => clearTimeout(this.#timer));
    for (const kind of ["pointerdown", "keydown"]) dialog.addEventListener(kind, () => this.#wait(IDLE));
  }

  // A card or a PIN was shown by a hand, not taken from a face: there is nothing to learn from it.
  greeted({ person, name, lane }) {
    if (lane !== "face") return;
    this.#greeted.set(person, { name, at: performance.now() });
    this.#show();
    setTimeout(() => this.#show(), LASTS + 50);
  }

  #recent() {
    const since = performance.now() - LASTS;
    for (const [person, { at }] of this.#greeted) if (at < since) this.#greeted.delete(person);
    return [...this.#greeted];
  }

  #show() {
    this.#button.hidden = this.#recent().length === 0;
  }

  #pressed(event) {
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key !== "Delete" || typing || document.querySelector("dialog[open]") || this.#button.hidden) return;
    event.preventDefault();
    this.#open();
  }

  #open() {
    const people = this.#recent();
    if (!people.length) return this.#show();
    this.#say("", "");
    this.#dialog.querySelector("#denial-names").replaceChildren(...people.map(([person, { name }]) => this.#choice(person, name)));
    this.#dialog.showModal();
    this.#dialog.querySelector("#denial-names button").focus();
    return this.#wait(IDLE);
  }

  #choice(person, name) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button primary large block";
    button.textContent = fill(this.#words.not, { name });
    button.addEventListener("click", () => this.#deny(person, name));
    return button;
  }

  async #deny(person, name) {
    if (this.#busy) return;
    this.#busy = true;
    const { done, message } = await this.#ask(person);
    this.#busy = false;
    this.#say(message, done ? "success" : "error");
    if (done) {
      this.#greeted.delete(person);
      this.#dialog.querySelector("#denial-names").replaceChildren();
      this.#show();
      this.dispatchEvent(new CustomEvent("denied", { detail: { name } }));
    }
    this.#wait(READ);
  }

  async #ask(person) {
    const body = formOf(this.#dialog.querySelector("[name=csrfmiddlewaretoken]").value, { person });
    try {
      const answer = await fetch(this.#address, { method: "POST", body });
      if (!answer.headers.get("content-type")?.includes("json")) return { message: this.#words.failed };
      return { done: answer.ok, message: (await answer.json()).message };
    } catch {
      return { message: this.#words.offline };
    }
  }

  #say(sentence, tone) {
    const place = this.#dialog.querySelector("#denial-answer");
    place.textContent = sentence;
    place.dataset.tone = tone;
  }

  #wait(length) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dialog.close(), length);
  }
}
