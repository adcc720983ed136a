// A locker station: say who you are, tap, answer the challenge, read the key, type it, see the door.
// It shows what the server says and sends what people press. Who they are and whether it is them, only the server knows.

import { fill } from "../recognition/words.js";

const KEYS = "ACDEFGHJKMNPQRTWXY34679"; // as the server makes keys: nothing that looks like something else
const IDLE = 60_000; // ms without a touch before the tap or at the keypad, after which the screen forgets
const END_FOR = 12_000;
const REFUSAL_FOR = 9_000;
const LOOK_EVERY = 1_000; // ms between two questions how the door stands
const FAST = 15; // ms between two pictures while a challenge is answered: blinks are short

const byId = (id) => document.getElementById(id);

export function start({ page, line, sound, pace }) {
  const vault = new Vault(page, sound, pace);
  return { heard: (message) => vault.heard(message), scanned: (text) => vault.scanned(text) };
}

class Vault {
  #attempt = 0; #number = 0; #timers = {}; #busy = false; #phase = "idle"; #nonce = "";

  constructor(page, sound, pace = () => {}) {
    Object.assign(this, { page, words: page.words, sound, pace, root: byId("vault") });
    byId("vault-say").addEventListener("submit", (event) => this.#submitted(event, () => this.#say(byId("vault-said").value)));
    byId("vault-keypad").addEventListener("submit", (event) => this.#submitted(event, () => this.#redeem()));
    byId("vault-have-key").addEventListener("click", () => this.#keypad());
    byId("vault-cancel").addEventListener("click", () => this.#cancel());
    byId("vault-again").addEventListener("click", () => this.#idle());
    for (const kind of ["pointerdown", "keydown", "input"]) this.root.addEventListener(kind, () => this.#touched());
    this.#pad();
    this.#idle();
  }

  // --- what the server says -----------------------------------------------------------------------

  heard(message) {
    if (message.kind === "lockers.named") this.#named(message);
    else if (message.attempt !== this.#attempt || !this.#attempt) return; // somebody else's, or over
    else if (message.kind === "lockers.progress") this.#progress(message);
    else if (message.kind === "lockers.passed") this.#passed();
    else if (message.kind === "lockers.failed") this.#end({ good: false, title: this.words.failed, note: message.message });
  }

  scanned(text) {
    if (this.#phase === "idle" || this.#phase === "named" || this.#phase === "end") this.#say(text);
  }

  #named({ lockers, officer }) {
    this.#show("named");
    byId("vault-named-title").textContent = lockers.length === 1 ? fill(this.words.locker, lockers[0]) : this.words.your_lockers;
    byId("vault-named-note").textContent = officer ? this.words.officer_next : this.words.face_next;
    const buttons = lockers.map((locker) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button primary large";
      button.textContent = lockers.length === 1 ? this.words.open : fill(this.words.open_one, locker);
      button.addEventListener("click", () => this.#begin(locker));
      return button;
    });
    byId("vault-choices").replaceChildren(...buttons);
    buttons[0]?.focus();
  }

  #progress({ number, state, step, done, steps, words, hint, seconds }) {
    if (number <= this.#number) return; // overtaken on the way
    this.#number = number;
    if (this.#phase !== "challenge") this.#show("challenge");
    const asked = state === "opening" && !hint ? this.words.get_ready : state === "closing" && !hint ? this.words.almost : words;
    const place = byId("vault-ask");
    if (place.textContent !== asked) place.textContent = asked;
    byId("vault-step").textContent = state === "step" ? fill(this.words.step, { number: done + 1, steps }) : "";
    byId("vault-dots").replaceChildren(...Array.from({ length: steps }, (_, index) => dot(index < done, index === done && state === "step")));
    if (this.root.dataset.step !== `${done}` && done > 0) this.sound.play("welcome");
    Object.assign(this.root.dataset, { step: `${done}`, turn: hint && hint !== step ? "" : step ?? "" });
    const bar = byId("vault-left");
    if (!(bar.max >= seconds) || state !== this.state || done !== this.done) bar.max = Math.max(seconds, 0.1);
    [bar.value, this.state, this.done] = [seconds, state, done];
  }

  async #passed() {
    this.pace(null);
    const answer = await this.#ask("key");
    if (answer) this.#key(answer);
  }

  // --- the key and the door -----------------------------------------------------------------------

  #key({ code, locker, seconds }) {
    this.#keypad();
    byId("vault-key-box").hidden = false;
    byId("vault-key-title").textContent = fill(this.words.key, locker);
    byId("vault-key").textContent = code;
    byId("vault-key-note").textContent = this.words.key_note;
    byId("vault-number").value = locker.number;
    byId("vault-typed").focus();
    this.sound.play("welcome");
    this.#countDown(seconds, performance.now() + 1000 * seconds);
  }

  #countDown(whole, until) {
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    Object.assign(byId("vault-key-left"), { max: whole, value: left });
    byId("vault-key-count").textContent = fill(this.words.key_left, { minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, "0") });
    if (left === 0) return this.#end({ good: false, title: this.words.key_over, note: "" });
    this.#after("count", 250, () => this.#countDown(whole, until));
  }

  #keypad() {
    this.#show("keypad");
    this.#nonce = crypto.randomUUID?.() ?? String(Math.random());
    byId("vault-key-box").hidden = true;
    byId("vault-keypad").reset();
    byId("vault-number").focus();
  }

  async #redeem() {
    const fields = { number: byId("vault-number").value, key: byId("vault-typed").value, nonce: this.#nonce };
    const answer = await this.#ask("redeem", fields);
    if (answer) this.#door(answer);
    else byId("vault-typed").select();
  }

  #door({ opening, locker, state, message }) {
    const spoken = { authorised: ["unlocking", ""], opened: ["opened", this.words.opened_note], closed: ["closed", this.words.closed_note] }[state];
    if (!spoken) return this.#end({ good: false, title: fill(this.words.not_opened, locker), note: message });
    this.#end({ good: true, title: fill(this.words[spoken[0]], locker), note: spoken[1], stays: state !== "closed" });
    if (state !== "closed") this.#after("door", LOOK_EVERY, () => this.#look(opening, state));
  }

  async #look(opening, before) {
    try {
      const answer = await fetch(this.page.urls.opening.replace("/0/", `/${opening}/`));
      const now = answer.ok ? await answer.json() : null;
      if (now && now.state !== before) return this.#door(now);
      if (!answer.ok) return this.#idle();
    } catch {
      // asked again: the door is not the page's to judge
    }
    this.#after("door", LOOK_EVERY, () => this.#look(opening, before));
  }

  // --- what people do -----------------------------------------------------------------------------

  async #say(text) {
    byId("vault-said").value = "";
    if (!text.trim()) return;
    const answer = await this.#ask("say_who", { said: text });
    if (answer) this.#named(answer);
  }

  async #begin(locker) {
    const answer = await this.#ask("begin", { locker: locker.id });
    if (!answer) return;
    [this.#attempt, this.#number] = [answer.attempt, 0];
    if (answer.officer) {
      this.#show("waiting");
      byId("vault-waiting-title").textContent = this.words.waiting;
      byId("vault-waiting-note").textContent = this.words.waiting_note;
      return;
    }
    this.#show("challenge");
    byId("vault-step").textContent = "";
    byId("vault-ask").textContent = this.words.get_ready;
    byId("vault-dots").replaceChildren(...Array.from({ length: answer.steps }, () => dot(false, false)));
    this.pace(FAST);
  }

  #cancel() {
    this.#ask("cancel");
    this.#idle();
  }

  #touched() {
    if (["named", "keypad"].includes(this.#phase) && byId("vault-key-box").hidden) this.#after("idle", IDLE, () => this.#cancel());
  }

  #submitted(event, act) {
    event.preventDefault();
    act();
  }

  // --- what is shown ------------------------------------------------------------------------------

  #idle() {
    this.#show("idle");
    this.#attempt = 0;
    for (const id of ["vault-key", "vault-key-title"]) byId(id).textContent = "";
    byId("vault-say").reset();
    byId("vault-keypad").reset();
  }

  #end({ good, title, note, stays = false }) {
    this.#show("end");
    this.#attempt = 0;
    byId("vault-key").textContent = "";
    this.root.dataset.good = good;
    byId("vault-end-title").textContent = title;
    byId("vault-end-note").textContent = note;
    byId("vault-again").hidden = stays;
    this.sound.play(good ? "welcome" : "trouble");
    if (!stays) this.#after("end", END_FOR, () => this.#idle());
  }

  #show(phase) {
    for (const name of ["idle", "end", "count", "door"]) clearTimeout(this.#timers[name]);
    if (phase !== "challenge") this.pace(null);
    this.#phase = this.root.dataset.phase = phase;
    delete this.root.dataset.turn;
    for (const part of this.root.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== phase;
    byId("vault-cancel").hidden = !["named", "challenge", "waiting", "keypad"].includes(phase);
    byId("vault-refusal").hidden = true;
    document.querySelector(".kiosk-stage").dataset.vault = phase;
    this.#touched();
  }

  #refuse(message) {
    byId("vault-refusal").textContent = message;
    byId("vault-refusal").hidden = false;
    this.sound.play("trouble");
    this.#after("refusal", REFUSAL_FOR, () => { byId("vault-refusal").hidden = true; });
  }

  #after(name, wait, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(act, wait);
  }

  // Large keys for fingers; a keyboard types into the field itself.
  #pad() {
    const keys = [...KEYS].map((letter) => this.#padKey(letter, () => letter));
    keys.push(this.#padKey("⌫", () => null));
    byId("vault-pad").replaceChildren(...keys);
  }

  #padKey(label, letter) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.className = "button";
    button.textContent = label;
    button.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    button.addEventListener("click", () => {
      const field = byId("vault-typed");
      field.value = letter() === null ? field.value.slice(0, -1) : `${field.value}${letter()}`.slice(0, field.maxLength);
    });
    return button;
  }

  // One request at a time; null when it was refused, which is said.
  async #ask(name, fields = {}) {
    if (this.#busy && name !== "cancel") return null;
    this.#busy = true;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", this.root.querySelector("[name=csrfmiddlewaretoken]").value);
    for (const [field, value] of Object.entries(fields)) body.set(field, value);
    try {
      const answer = await fetch(this.page.urls[name], { method: "POST", body });
      const said = await answer.json();
      if (answer.ok) return said;
      this.#refuse(said.message ?? said.detail ?? this.words.offline);
    } catch {
      this.#refuse(this.words.offline);
    } finally {
      this.#busy = false;
    }
    return null;
  }
}

function dot(done, current) {
  const item = document.createElement("li");
  item.className = done ? "done" : current ? "current" : "";
  return item;
}
