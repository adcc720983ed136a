// A locker station: say who you are, tap, answer the challenge, read the key, type it, see the door.
// It shows what the server says and sends what people press. Who they are and whether it is them, only the server knows.

import { formOf } from "../shared/forms.js";
import { minutesAndSeconds, secondsUntil } from "../shared/times.js";
import { Turns } from "../shared/turns.js";
import { fill } from "../shared/words.js";
import { able, ask, get, why } from "./passkey.js";
import { Presence } from "./presence.js";
import { afterKey, askedWords, comesByItself, doorWords, namedWords, whenLeft } from "./vault-says.js";

const KEYS = "ACDEFGHJKMNPQRTWXY34679"; // as the server makes keys: nothing that looks like something else
// What tells something of anyone who was here, and is emptied.
const EMPTIED = [
  "vault-terms-title", "vault-terms-text", "vault-key", "vault-key-title", "vault-named-title", "vault-end-title", "vault-end-note",
  "vault-where-words", "vault-wall",
];
const END_FOR = 8_000;
const REFUSAL_FOR = 8_000;
const PASSKEY_FOR = 180_000; // as long as the picture for a phone leads anywhere
const ANSWERS_WITHIN = 30_000; // ms, longer than any lock is asked
const LOOK_EVERY = 1_000; // ms between two requests for the door status
const STARTS_FOR = 50_000; // ms that the camera check may take to start; the server knows who is here for 60 s
const AGAIN_AFTER = 1_000;
const FAST = 15; // ms between two pictures while a challenge is answered: blinks are short

const byId = (id) => document.getElementById(id);

export function start({ page, sound, pace, changed }) {
  const vault = new Vault(page, sound, pace, changed);
  return {
    heard: (message) => vault.heard(message),
    scanned: (text) => vault.scanned(text),
    says: () => vault.says(),
    busy: () => vault.busy,
  };
}

class Vault {
  #attempt = 0; #number = 0; #timers = {}; #phase = "idle"; #nonce = ""; #stuck = null;
  #turns = new Turns(); #visit = 0; #asking = null; // which visit waits for an answer: one that has ended holds up no one

  constructor(page, sound, pace = () => {}, changed = () => {}) {
    Object.assign(this, { page, words: page.words, sound, pace, changed, root: byId("vault") });
    byId("vault-say").addEventListener("submit", (event) => this.#submitted(event, () => this.#say(byId("vault-said").value)));
    byId("vault-keypad").addEventListener("submit", (event) => this.#submitted(event, () => this.#redeem()));
    byId("vault-have-key").addEventListener("click", () => this.#keypad());
    byId("vault-cancel").addEventListener("click", () => this.#cancel());
    byId("vault-passkey-key").addEventListener("click", () => this.#stick());
    byId("vault-again").addEventListener("click", () => this.#idle());
    if (byId("vault-officer-form")) this.#officers();
    byId("vault-terms-yes").addEventListener("click", () => this.#answers(true));
    byId("vault-terms-no").addEventListener("click", () => this.#answers(false));
    byId("vault-terms-later").addEventListener("click", () => this.#passed(true));
    this.presence = new Presence(byId("preview"));
    setInterval(() => this.#forgets(), 500);
    this.#pad();
    this.#idle();
    this.root.hidden = false; // not before: typed text would be lost, or sent as an address
    this.ready = true; // the page around this part exists by now
  }

  // --- what the server says -----------------------------------------------------------------------

  heard(message) {
    if (message.kind === "lockers.named") this.#named(message);
    else if (message.attempt !== this.#attempt || !this.#attempt) return; // another person's attempt, or one that has ended
    else if (message.kind === "lockers.progress") this.#progress(message);
    else if (message.kind === "lockers.passed") this.#passed();
    else if (message.kind === "lockers.elsewhere") this.#elsewhere(message);
    else if (message.kind === "lockers.failed") this.#end({ good: false, title: this.words.failed, note: message.message });
  }

  // The lower band asks for identification until it is given; after that only this part says what comes next.
  says() {
    return this.#phase === "idle" ? null : ["quiet", { tone: "", icon: "", title: "", note: "" }];
  }

  get busy() {
    return this.#phase !== "idle";
  }

  scanned(text) {
    if (this.#phase === "idle" || this.#phase === "named" || this.#phase === "end") this.#say(text);
  }

  #named({ lockers, officer }) {
    this.#show("named");
    const said = namedWords({ lockers, officer }, this.words);
    byId("vault-named-title").textContent = said.title;
    byId("vault-named-note").textContent = said.note;
    const label = (locker) => (lockers.length === 1 ? this.words.open : fill(this.words.open_one, locker));
    const buttons = lockers.map((locker) => button("button primary large", label(locker), () => this.#begin(locker)));
    byId("vault-choices").replaceChildren(...buttons, ...this.#passkeys(lockers, officer));
    buttons[0]?.focus();
  }

  // Another way for each locker, without the camera. Whether a customer has a passkey is shown only after they ask to use one.
  #passkeys(lockers, officer) {
    if (!this.page.passkeys || officer) return [];
    const label = (locker) => (lockers.length === 1 ? this.words.passkey : fill(this.words.passkey_one, locker));
    return lockers.map((locker) => button("button large", label(locker), () => this.#passkey(locker)));
  }

  async #passkey(locker) {
    const answer = await this.#ask("passkey", { locker: locker.id });
    if (!answer) return;
    [this.#attempt, this.#number] = [answer.attempt, 0];
    byId("vault-passkey-picture").src = answer.picture;
    byId("vault-passkey-key").hidden = !able();
    this.#show("passkey");
    this.#after("end", PASSKEY_FOR, () => this.#cancel());
  }

  // A security key in this very machine: then the key is shown here.
  async #stick() {
    const token = this.root.querySelector("[name=csrfmiddlewaretoken]").value;
    this.#stuck?.abort();
    this.#stuck = new AbortController();
    try {
      const { signal } = this.#stuck;
      const options = await ask(this.page.urls.passkey_options, token, {}, this.words);
      const answer = JSON.stringify(await get(options, signal));
      if (this.#phase !== "passkey") return;
      await ask(this.page.urls.passkey_prove, token, { answer }, this.words);
      if (this.#phase === "passkey") this.#passed();
    } catch (error) {
      if (this.#phase === "passkey") this.#refuse(why(error, this.words));
      if (error.code === "not_proven") this.#end({ good: false, title: this.words.failed, note: why(error, this.words) });
    }
  }

  // The phone has the key: here it is only typed.
  #elsewhere({ number }) {
    this.#keypad();
    byId("vault-elsewhere").textContent = fill(this.words.passkey_elsewhere, { number });
    byId("vault-elsewhere").hidden = false;
    byId("vault-number").value = number;
    byId("vault-typed").focus();
    this.sound.play("welcome");
  }

  #progress({ number, state, step, done, steps, words, hint, seconds }) {
    if (number <= this.#number) return; // overtaken on the way
    this.#number = number;
    if (this.#phase !== "challenge") this.#show("challenge");
    const asked = askedWords({ state, words, hint }, this.words);
    const place = byId("vault-ask");
    if (place.textContent !== asked) place.textContent = asked;
    byId("vault-step").textContent = state === "step" ? fill(this.words.step, { number: done + 1, steps }) : "";
    const dots = Array.from({ length: steps }, (_, index) => dot(index < done, index === done && state === "step"));
    byId("vault-dots").replaceChildren(...dots);
    if (this.root.dataset.step !== `${done}` && done > 0) this.sound.play("welcome");
    Object.assign(this.root.dataset, { step: `${done}`, turn: hint && hint !== step ? "" : step ?? "" });
    const bar = byId("vault-left");
    if (!(bar.max >= seconds) || state !== this.state || done !== this.done) bar.max = Math.max(seconds, 0.1);
    [bar.value, this.state, this.done] = [seconds, state, done];
  }

  async #passed(later = false) {
    this.pace(null);
    const answer = await this.#ask("key", later ? { later: 1 } : {});
    if (answer) this.#key(answer);
  }

  // --- the terms of the bank, before the key ------------------------------------------------------

  #terms(terms) {
    this.#show("terms");
    byId("vault-terms-title").textContent = fill(this.words.terms, terms);
    byId("vault-terms-text").textContent = terms.text;
    byId("vault-terms-text").scrollTop = 0;
    byId("vault-terms-note").textContent = fill(terms.may_wait ? this.words.terms_wait : this.words.terms_now, terms);
    byId("vault-terms-later").hidden = !terms.may_wait;
    byId("vault-terms-text").focus(); // never on an answer: a scanner ends what it types with Enter
  }

  async #answers(accepted) {
    const answer = await this.#ask("terms", { accepted: accepted ? 1 : 0 });
    if (answer) this.#passed();
  }

  // --- the key and the door -----------------------------------------------------------------------

  #key({ code, locker, seconds, where, wall }) {
    this.#keypad();
    byId("vault-key-box").hidden = false;
    byId("vault-key-title").textContent = fill(this.words.key, locker);
    byId("vault-key").textContent = code;
    byId("vault-where").hidden = !where;
    byId("vault-where-words").textContent = where;
    byId("vault-wall").replaceChildren(...wall.map(wallRow));
    byId("vault-key-note").textContent = this.words.key_note;
    byId("vault-number").value = locker.number;
    byId("vault-typed").focus();
    this.sound.play("welcome");
    this.#countDown(seconds, performance.now() + 1000 * seconds);
  }

  #countDown(whole, until) {
    const left = secondsUntil(until, performance.now());
    Object.assign(byId("vault-key-left"), { max: whole, value: left });
    byId("vault-key-count").textContent = fill(this.words.key_left, minutesAndSeconds(left));
    if (left === 0) return this.#end({ good: false, title: this.words.key_over, note: "" });
    this.#after("count", 250, () => this.#countDown(whole, until));
  }

  #keypad(number = "") {
    this.#show("keypad");
    this.#nonce = crypto.randomUUID?.() ?? String(Math.random());
    byId("vault-key-box").hidden = byId("vault-elsewhere").hidden = true;
    byId("vault-keypad").reset();
    byId("vault-number").value = number;
    byId(number ? "vault-typed" : "vault-number").focus();
  }

  async #redeem() {
    const fields = { number: byId("vault-number").value, key: byId("vault-typed").value, nonce: this.#nonce };
    const answer = await this.#ask("redeem", fields);
    if (answer) this.#door(answer);
    else byId("vault-typed").select();
  }

  // A vault takes an officer's key too: typed on the same keypad, or turned by the officer's card and PIN.
  #officers() {
    byId("vault-officer").addEventListener("click", () => this.#officer(byId("vault-number").value));
    byId("vault-officer-typed").addEventListener("click", () => this.#keypad(byId("vault-officers").dataset.number));
    byId("vault-officer-pin").addEventListener("click", () => this.#officer(byId("vault-officers").dataset.number));
    byId("vault-officer-form").addEventListener("submit", (event) => this.#submitted(event, () => this.#turn()));
  }

  #officer(number) {
    this.#show("officer");
    byId("vault-officer-form").reset();
    byId("vault-officer-number").value = number ?? "";
    byId(number ? "vault-officer-said" : "vault-officer-number").focus();
  }

  async #turn() {
    const [number, said, pin] = ["number", "said", "secret"].map((name) => byId(`vault-officer-${name}`).value);
    byId("vault-officer-secret").value = "";
    const answer = await this.#ask("officer", { number, said, pin });
    if (answer) this.#door(answer);
  }

  #door(answer) {
    const { opening, locker, state, turned } = answer;
    const said = doorWords(answer, this.words);
    this.#end(said);
    if (!turned && state === "requested" && byId("vault-officers")) {
      byId("vault-officers").hidden = false;
      byId("vault-officers").dataset.number = locker.number;
    }
    if (said.stays) this.#after("door", LOOK_EVERY, () => this.#look(opening, state));
  }

  async #look(opening, before) {
    try {
      const answer = await fetch(this.page.urls.opening.replace("/0/", `/${opening}/`));
      const now = answer.ok ? await answer.json() : null;
      if (now && now.state !== before) return this.#door(now);
      if (!answer.ok) return this.#idle();
    } catch {
      // asked again below: only the server knows the door status
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

  async #begin(locker, since = performance.now()) {
    const answer = await this.#ask("begin", { locker: locker.id }, (refusal) => this.#startsLater(refusal, locker, since));
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

  // After a start the models are still being read: no one has to press again for that.
  // Asking does not count as a touch: if they have left meanwhile, the screen forgets them as ever.
  #startsLater(refusal, locker, since) {
    if (!comesByItself(refusal, performance.now() - since, STARTS_FOR)) return this.#refused(refusal);
    if (byId("vault-refusal").hidden) this.#refused(refusal); // said, and heard, once
    clearTimeout(this.#timers.refusal);
    this.#after("begin", AGAIN_AFTER, () => { if (this.#phase === "named") this.#begin(locker, since); });
  }

  #cancel() {
    this.#ask("cancel");
    this.#idle();
  }

  // The person has left: the next one must not find their number, key or door.
  #forgets() {
    const then = whenLeft(this.#phase, this.presence.away, this.presence.sees);
    if (!then) return;
    this.presence.sign();
    if (then === "cancel") this.#cancel();
    else this.#idle();
  }

  #submitted(event, act) {
    event.preventDefault();
    act();
  }

  // --- what is shown ------------------------------------------------------------------------------

  #idle() {
    this.#show("idle");
    this.#attempt = 0;
    for (const id of EMPTIED) byId(id).textContent = "";
    byId("vault-choices").replaceChildren();
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
    if (phase !== "passkey") {
      this.#stuck?.abort();
      byId("vault-passkey-picture").removeAttribute("src");
    }
    for (const name of ["end", "count", "door", "begin"]) clearTimeout(this.#timers[name]);
    if (phase !== "challenge") this.pace(null);
    this.#phase = this.root.dataset.phase = phase;
    delete this.root.dataset.turn;
    for (const part of this.root.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== phase;
    const steps = ["named", "passkey", "challenge", "waiting", "terms", "keypad", "officer"];
    byId("vault-cancel").hidden = !steps.includes(phase);
    if (byId("vault-officers")) byId("vault-officers").hidden = true;
    byId("vault-officer-form")?.reset();
    byId("vault-refusal").hidden = true;
    document.querySelector(".kiosk-stage").dataset.vault = phase;
    if (this.ready) this.changed();
    this.presence.sign();
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
    const keys = [...KEYS].map((letter) => this.#padKey(letter, letter));
    byId("vault-pad").replaceChildren(...keys, this.#padKey("⌫", null));
  }

  #padKey(label, letter) {
    const field = byId("vault-typed");
    const key = button("button", label, () => { field.value = afterKey(field.value, letter, field.maxLength); });
    key.tabIndex = -1;
    key.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    return key;
  }

  // One request of a visit at a time; null when it was refused, which is said, or the visit has ended meanwhile. Canceling
  // ends it at once, but asks behind what is under way, so that the server has nothing left of it.
  async #ask(name, fields = {}, refused = (said) => this.#refused(said)) {
    const ends = name === "cancel";
    if (ends) this.#visit += 1;
    else if (this.#asking === this.#visit) return null;
    const visit = this.#visit;
    if (!ends) this.#asking = visit;
    const { ok, said } = await this.#turns.take(Symbol(name), () => this.#send(name, fields));
    if (!ends && this.#asking === visit) this.#asking = null;
    if (visit !== this.#visit) return null;
    if (ok) return said;
    refused(said);
    return null;
  }

  async #send(name, fields) {
    const body = formOf(this.root.querySelector("[name=csrfmiddlewaretoken]").value, fields);
    try {
      const answer = await fetch(this.page.urls[name], { method: "POST", body, signal: AbortSignal.timeout(ANSWERS_WITHIN) });
      return { ok: answer.ok, said: await answer.json() };
    } catch {
      return { ok: false, said: {} };
    }
  }

  #refused({ code, message, detail, details }) {
    if (code === "terms_asked") this.#terms(details.terms);
    else if (code === "terms_refused") this.#end({ good: false, title: this.words.failed, note: message });
    else this.#refuse(message ?? detail ?? this.words.offline);
  }
}

function button(look, label, pressed) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: look, textContent: label });
  made.addEventListener("click", pressed);
  return made;
}

function dot(done, current) {
  const item = document.createElement("li");
  item.className = done ? "done" : current ? "current" : "";
  return item;
}

// A row of the small map: where the door is on the wall. The words beside it say the same.
function wallRow(cells) {
  const row = document.createElement("tr");
  for (const { width, height, door, here } of cells) {
    const cell = row.insertCell();
    [cell.colSpan, cell.rowSpan] = [width, height];
    cell.className = here ? "here" : door ? "door" : "";
  }
  return row;
}
