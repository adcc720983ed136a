// A library station: the basket at an exit, what came back at a return, who came in at an entry.
// It shows what the server says and asks for what people press; whose basket it is, only the server knows.

import { formOf } from "../shared/forms.js";
import { holdPresses, keep } from "../shared/keep.js";
import { Turns } from "../shared/turns.js";
import { fill } from "../shared/words.js";
import { bandWords, booksWords, finishedWords, parkedWords, visitWords } from "./station-says.js";

const UNDO_FOR = 12_000; // ms in which one line can be undone with one touch; before Finish everything can
const END_FOR = 8_000; // ms that the pass stays on the screen
const REFUSAL_FOR = 8_000;
const RETURNS_SHOWN = 8;
const ANSWERS_WITHIN = 20_000; // ms: what is pressed after it waits no longer
const LAST = ["finish", "leave_without"]; // what is still waiting behind it was meant for a basket that is over

const byId = (id) => document.getElementById(id);

export function start({ page, sound, changed }) {
  const desk = new Desk(page, sound, changed);
  return {
    heard: (message) => desk.heard(message),
    scanned: (text) => desk.ask("scan", { barcode: text }),
    says: (names) => desk.says(names),
    busy: () => desk.busy,
  };
}

class Desk {
  #turns = new Turns(); #scans = 0; #timers = {}; #back = [];
  #left = null; // {name, words}: who has finished last, and what they do now

  constructor(page, sound, changed) {
    Object.assign(this, { page, words: page.words, sound, changed });
    this.root = byId("desk");
    holdPresses(byId("desk-lines"));
    byId("desk-type")?.addEventListener("submit", (event) => this.#typed(event));
    byId("desk-finish")?.addEventListener("click", () => this.ask("finish"));
    byId("desk-leave")?.addEventListener("click", () => this.ask("leave_without"));
    byId("desk-receipts")?.addEventListener("change", ({ target }) => this.ask("receipt", { choice: target.value }));
    byId("desk-print")?.addEventListener("click", () => this.#printReturns());
    byId("desk-help").addEventListener("click", () => this.ask("help"));
    this.#empty();
  }

  // --- what the server says -----------------------------------------------------------------------

  heard(message) {
    if (message.kind === "hello") this.#help(message.app?.help ?? {});
    if (message.kind === "hello" && this.page.kind === "exit") this.#begun(message.app ?? {});
    else if (message.kind === "library.help") this.#help(message);
    else if (message.kind === "library.basket") this.#basket(message);
    else if (message.kind === "library.alarm") this.#alarm(message);
    else if (message.kind === "library.refused") this.#refuse(message);
    else if (message.kind === "library.finished") this.#finished(message);
    else if (message.kind === "library.settled") this.#settled(message);
    else if (message.kind === "library.parked") this.#parked(message);
    else if (message.kind === "library.visit") this.#visit(message);
    else if (message.kind === "library.back") this.#returned(message);
  }

  // An exit's page was opened, or its line stands again.
  #begun(app) {
    if (app.lines) this.#basket(app);
    else this.#empty();
    this.#alarm(app.alarm ?? {});
  }

  says(names) {
    const shown = { alarm: this.#rings(), refusal: !byId("desk-refusal").hidden, scanned: byId("desk-lines").childElementCount > 0 };
    return bandWords({ kind: this.page.kind, state: this.root.dataset.state, names, left: this.#left, ...shown }, this.words);
  }

  // Books in a basket, or a message that a person still reads.
  get busy() {
    return this.root.dataset.state !== "empty" || this.#rings();
  }

  #rings() {
    return byId("desk-alarm")?.hidden === false;
  }

  #basket({ name, lines, new: fresh, receipt = "mail" }) {
    this.#left = null;
    this.#state("basket");
    this.#quiet();
    byId("desk-title").textContent = fill(this.words.basket_of, { name });
    byId("desk-count").textContent = booksWords(lines.length, this.words);
    keep(byId("desk-lines"), lines.toReversed(), (book) => this.#line(book, book.id === fresh));
    byId("desk-empty").hidden = lines.length > 0;
    byId("desk-finish").disabled = false;
    byId("desk-leave").disabled = false;
    byId("desk-receipts").hidden = false;
    for (const choice of byId("desk-receipts").querySelectorAll("input")) choice.checked = choice.value === receipt;
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
    this.#refuse({ message: `${title}: ${message}`, code: "settled", good: true });
  }

  #refuse({ message, code, barcode = "", good = false }) {
    const place = byId("desk-refusal");
    byId("desk-refusal-words").textContent = message;
    const choices = code === "yours_already" && barcode ? ["renew", "give_back"] : [];
    const offered = choices.map((choice) => ({ id: `${choice} ${barcode}`, choice }));
    keep(byId("desk-choices"), offered, ({ choice }) => this.#choice(choice, barcode));
    place.dataset.code = code;
    place.hidden = false;
    place.dataset.good = good;
    this.sound.play(good ? "welcome" : "trouble");
    this.#after("refusal", REFUSAL_FOR, () => this.#quiet());
  }

  #finished(message) {
    const { name, next, receipt = [], paper = "" } = message;
    if (paper) print(paper, receipt.map(({ title, due }) => `${title} · ${fill(this.words.due, { date: due })}`));
    const said = finishedWords(message, this.#rings(), this.words);
    this.#end({ ...said, receipt });
    const tone = said.good ? { tone: "success", icon: "check" } : { tone: "warning", icon: "warning" };
    this.#left = { name, good: said.good, words: { ...tone, title: next, name } };
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

  // Help is wanted here, or on its way: said until the server says that it is over.
  #help({ state = "", message = "", contact = "" }) {
    const place = byId("desk-help-words");
    if (state === "coming" && place.textContent !== message) this.sound.play("welcome");
    if (place.textContent !== message) place.textContent = message;
    byId("desk-help").disabled = state !== "";
    byId("desk-contact").textContent = contact;
    byId("desk-contact").hidden = !contact;
  }

  #parked(message) {
    if (message.books) this.#end(parkedWords(message, this.words));
    else this.#empty();
  }

  #visit(message) {
    this.#end(visitWords(message, this.words));
  }

  #returned({ title, barcode, message }) {
    this.#state("basket");
    this.#quiet();
    this.#back = [{ title, barcode, message }, ...this.#back].slice(0, RETURNS_SHOWN);
    byId("desk-title").textContent = this.words.returned;
    byId("desk-lines").replaceChildren(...this.#back.map((book, number) => row(book.title, book.message, book.barcode, number === 0)));
    byId("desk-empty").hidden = true;
    byId("desk-print").hidden = false;
    this.sound.play("welcome");
    this.#after("end", 60_000, () => { this.#back = []; this.#empty(); }); // the next one need not read what was returned before
  }

  // The next person begins an empty list: no one prints what another has returned.
  #printReturns() {
    print(new Date().toLocaleString(document.documentElement.lang), this.#back.map(({ title }) => title).reverse());
    this.#back = [];
    this.#empty();
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
    for (const id of ["desk-receipts", "desk-print"]) if (byId(id)) byId(id).hidden = true;
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

  // --- what people do -----------------------------------------------------------------------------

  #typed(event) {
    event.preventDefault();
    const field = event.target.barcode;
    if (field.value.trim()) this.ask("scan", { barcode: field.value });
    field.value = "";
  }

  // One request at a time, in the order of what people do: a book that is still on its way is in the basket before Finish.
  ask(name, fields = {}, number = null) {
    const press = name === "scan" ? `scan ${++this.#scans}` : JSON.stringify([name, fields, number]);
    return this.#turns.take(press, () => this.#send(name, fields, number));
  }

  async #send(name, fields, number) {
    const body = formOf(document.querySelector("[name=csrfmiddlewaretoken]").value, fields);
    const address = number === null ? this.page.urls[name] : this.page.urls[name].replace("/0/", `/${number}/`);
    try {
      const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(ANSWERS_WITHIN) });
      if (!answer.ok) this.#refuse(await answer.json());
      else if (LAST.includes(name)) this.#turns.over();
    } catch {
      this.#refuse({ code: "offline", message: this.words.offline });
    }
  }
}

// On paper: what it is about and until when, and nothing of the person.
function print(at, lines) {
  byId("paper-at").textContent = at;
  byId("paper-lines").replaceChildren(...lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  }));
  window.print();
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
