// A library station: the basket at an exit, what came back at a return, who came in at an entry.
// It shows what the server says and asks for what people press; whose basket it is, only the server knows.

import { fill } from "../recognition/words.js";

const UNDO_FOR = 12_000; // ms in which one line can be taken back with one touch; before Finish everything can
const END_FOR = 9_000; // ms that the pass stays on the screen
const REFUSAL_FOR = 9_000;
const RETURNS_SHOWN = 8;

const byId = (id) => document.getElementById(id);

export function start({ page, line, sound, changed }) {
  const desk = new Desk(page, line, sound, changed);
  return {
    heard: (message) => desk.heard(message),
    scanned: (text) => desk.ask("scan", { barcode: text }),
    says: (names) => desk.says(names),
  };
}

class Desk {
  #busy = false; #timers = {}; #back = [];
  #left = null; // {name, words}: who has finished last, and what they do now

  constructor(page, line, sound, changed) {
    Object.assign(this, { page, words: page.words, line, sound, changed });
    this.root = byId("desk");
    byId("desk-type")?.addEventListener("submit", (event) => this.#typed(event));
    byId("desk-finish")?.addEventListener("click", () => this.ask("finish"));
    byId("desk-leave")?.addEventListener("click", () => this.ask("leave_without"));
    this.#empty();
  }

  // --- what the server says -----------------------------------------------------------------------

  heard(message) {
    if (message.kind === "hello" && this.page.kind === "exit") { message.app?.lines ? this.#basket(message.app) : this.#empty(); this.#alarm(message.app?.alarm ?? {}); }
    else if (message.kind === "library.basket") this.#basket(message);
    else if (message.kind === "library.alarm") this.#alarm(message);
    else if (message.kind === "library.refused") this.#refuse(message);
    else if (message.kind === "library.finished") this.#finished(message);
    else if (message.kind === "library.settled") this.#settled(message);
    else if (message.kind === "library.parked") this.#parked(message);
    else if (message.kind === "library.visit") this.#visit(message);
    else if (message.kind === "library.back") this.#returned(message);
  }

  // What the lower band says: whoever has finished goes through, waits or asks, as long as they stand here; they scan
  // nothing any more.
  says(names) {
    const state = this.root.dataset.state;
    const there = this.#left && (state === "end" || (state === "empty" && names.length > 0 && names.every((name) => name === this.#left.name)));
    return there ? [this.#left.good ? "recognised" : "trouble", this.#left.words] : null;
  }

  #basket({ name, lines, new: fresh }) {
    this.#left = null;
    this.#state("basket");
    this.#quiet();
    byId("desk-title").textContent = fill(this.words.basket_of, { name });
    byId("desk-count").textContent = this.#books(lines.length);
    byId("desk-lines").replaceChildren(...lines.toReversed().map((book) => this.#line(book, book.id === fresh)));
    byId("desk-empty").hidden = lines.length > 0;
    byId("desk-finish").disabled = false;
    byId("desk-leave").disabled = false;
    if (fresh) this.sound.play("welcome");
  }

  #line(book, fresh) {
    const item = row(book.title, fill(this.words.due, { date: book.due }), book.barcode, fresh);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button desk-undo";
    button.textContent = this.words.take_back;
    button.setAttribute("aria-label", fill(this.words.take_back_of, { title: book.title }));
    button.addEventListener("click", () => this.ask("undo", {}, book.id));
    item.append(button);
    if (fresh) setTimeout(() => item.classList.remove("fresh"), UNDO_FOR);
    return item;
  }

  // What can be done with a book that is on one's account already.
  #choice(name, barcode) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = this.words[name];
    button.addEventListener("click", () => this.ask(name, { barcode }));
    return button;
  }

  #settled({ title, message }) {
    this.#refuse({ message: `${title}: ${message}`, code: "settled", desk: false, good: true });
  }

  #refuse({ message, desk, code, barcode = "", good = false }) {
    const place = byId("desk-refusal");
    byId("desk-refusal-words").textContent = desk && !message.includes(this.words.desk) ? `${message} ${this.words.desk}` : message;
    byId("desk-choices").replaceChildren(...(code === "yours_already" && barcode ? [this.#choice("renew", barcode), this.#choice("give_back", barcode)] : []));
    place.dataset.code = code;
    place.hidden = false;
    place.dataset.good = good;
    this.sound.play(good ? "welcome" : "trouble");
    this.#after("refusal", REFUSAL_FOR, () => this.#quiet());
  }

  #finished({ name, number, books, allowed, message, gate, next, receipt = [] }) {
    const open = allowed && !gate.startsWith("failed");
    this.#end({
      good: open,
      verdict: open ? (gate === "waits" ? this.words.gate_asks : this.words.gate_open) : allowed ? this.words.gate_failed : this.words.not_out,
      note: allowed ? `${name}: ${books ? fill(this.words.on_account, { books: this.#books(books) }) : this.words.nothing_taken}` : message,
      pass: fill(this.words.pass, { number }),
      receipt,
    });
    this.#left = { name, good: open, words: { tone: open ? "success" : "warning", icon: open ? "check" : "warning", title: next, name } };
  }

  // Over whatever else is shown, until the server says that it is over, or its time is up.
  #alarm({ ringing = false, seconds = 0, message = "" }) {
    const place = byId("desk-alarm");
    if (!place) return;
    if (ringing && place.hidden) this.sound.play("trouble");
    place.textContent = message;
    place.hidden = !ringing;
    if (ringing) this.#after("alarm", 1000 * seconds, () => { place.hidden = true; });
  }

  #parked({ name, books }) {
    if (!books) return this.#empty();
    this.#end({ good: true, quiet: true, verdict: this.words.parked, note: fill(this.words.parked_books, { name, books: this.#books(books) }), pass: "" });
  }

  #visit({ name, allowed, message }) {
    this.#end({ good: allowed, verdict: allowed ? fill(this.words.welcome, { name }) : this.words.no_entry, note: allowed ? "" : message, pass: "" });
  }

  #returned({ title, barcode, message }) {
    this.#state("basket");
    this.#quiet();
    this.#back = [{ title, barcode, message }, ...this.#back].slice(0, RETURNS_SHOWN);
    byId("desk-title").textContent = this.words.returned;
    byId("desk-lines").replaceChildren(...this.#back.map((book, number) => row(book.title, book.message, book.barcode, number === 0)));
    byId("desk-empty").hidden = true;
    this.sound.play("welcome");
    this.#after("end", 60_000, () => { this.#back = []; this.#empty(); }); // the next one need not read what was returned before
  }

  #end({ good, quiet = false, verdict, note, pass, receipt = [] }) {
    this.#left = null;
    this.#state("end");
    this.#quiet();
    this.root.dataset.good = good;
    byId("desk-verdict").textContent = verdict;
    byId("desk-end-note").textContent = note;
    byId("desk-pass").textContent = pass;
    byId("desk-receipt").replaceChildren(...receipt.map(({ title, due }) => receiptLine(title, fill(this.words.due, { date: due }))));
    if (!quiet) this.sound.play(good ? "welcome" : "trouble");
    this.#after("end", END_FOR, () => this.#empty());
  }

  #empty() {
    this.#state("empty");
    byId("desk-title").textContent = "";
    byId("desk-count").textContent = "";
    byId("desk-lines").replaceChildren();
    byId("desk-empty").hidden = false;
    for (const id of ["desk-finish", "desk-leave"]) if (byId(id)) byId(id).disabled = true;
  }

  #state(state) {
    clearTimeout(this.#timers.end);
    this.root.dataset.state = state;
    byId("desk-end").hidden = state !== "end";
  }

  #quiet() {
    byId("desk-refusal").hidden = true;
  }

  #after(name, wait, act) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(() => { act(); this.changed(); }, wait);
  }

  #books(number) {
    return number === 0 ? this.words.no_books : number === 1 ? this.words.one_book : fill(this.words.books, { number });
  }

  // --- what people do -----------------------------------------------------------------------------

  #typed(event) {
    event.preventDefault();
    const field = event.target.barcode;
    if (field.value.trim()) this.ask("scan", { barcode: field.value });
    field.value = "";
  }

  // One request at a time for what is pressed; scans may follow each other fast.
  async ask(name, fields = {}, number = null) {
    if (this.#busy && name !== "scan") return;
    this.#busy = true;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    for (const [field, value] of Object.entries(fields)) body.set(field, value);
    const address = number === null ? this.page.urls[name] : this.page.urls[name].replace("/0/", `/${number}/`);
    try {
      const answer = await fetch(address, { method: "POST", body });
      if (!answer.ok) this.#refuse({ desk: false, ...(await answer.json()), ...{ details: undefined } });
    } catch {
      this.#refuse({ code: "offline", message: this.words.offline, desk: false });
    } finally {
      this.#busy = false;
    }
  }
}

function receiptLine(title, due) {
  const item = document.createElement("li");
  item.textContent = `${title} · ${due}`;
  return item;
}

function row(title, note, barcode, fresh) {
  const item = document.createElement("li");
  item.className = fresh ? "desk-line fresh" : "desk-line";
  const text = document.createElement("div");
  for (const [name, words] of [["desk-book", title], ["desk-note", note], ["desk-id", barcode]]) {
    const part = document.createElement("p");
    part.className = name;
    part.textContent = words;
    text.append(part);
  }
  item.append(text);
  return item;
}
