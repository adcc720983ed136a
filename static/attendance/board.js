// The live board of one session: the full state when the line opens, then the news.

import { stateLine } from "../shared/state-line.js";
import { fill, read } from "../shared/words.js";
import { cameraWords, nobodyWords, tileWords, timeWords, wanted } from "./board-says.js";
import { fit } from "./fit.js";

const FRESH_FOR = 4000; // ms that an arrival glows
const SAY_EVERY = 1500; // ms: arrivals in between are said together

const byId = (id) => document.getElementById(id);
const words = read("words");
const list = byId("people");
const given = document.querySelector("script[data-session]").dataset;

let session = null;
let heardAt = 0; // performance.now() of the newest numbers
let show = "";
const people = new Map(); // by person: what is known
const tiles = new Map(); // by person: the element
const toSay = new Map(); // by person: what a screen reader is told next

// --- hearing -------------------------------------------------------------------------------------

stateLine(`/ws/attendance/${given.session}/`)({
  state: (hello) => told(hello, () => renew(hello.people)),
  news: (message) => told(message, () => (message.people ?? []).forEach((person) => change(person))),
  line: stands,
});

function told(message, take) {
  take();
  session = message.session;
  heardAt = performance.now();
  showAll();
}

function stands(on, { seconds, said }) {
  lineIs(on ? "live" : "connecting", on ? "success" : "error");
  if (on) byId("trouble").hidden = true;
  else if (said !== undefined) ended();
  else if (session) trouble(fill(words.lost, { seconds }));
}

function ended() {
  byId("sign-in").hidden = false;
  trouble(words.ended);
}

function renew(all) {
  const known = new Set(all.map((person) => person.person));
  for (const key of people.keys()) if (!known.has(key)) forget(key);
  for (const person of all) change(person, people.size > 0);
}

// Anyone who has left the roll, on the screen or filtered out.
function forget(key) {
  tiles.get(key)?.remove();
  tiles.delete(key);
  people.delete(key);
}

function change(person, worthSaying = true) {
  const before = people.get(person.person);
  people.set(person.person, person);
  if (!worthSaying || (before && before.status === person.status)) return;
  toSay.set(person.person, fill(words.arrived, { name: person.name, status: person.label }));
  if (before) glow(person.person);
}

function lineIs(state, tone) {
  byId("line").textContent = words[state];
  byId("line").className = `badge ${tone}`;
}

function trouble(sentence) {
  byId("trouble").querySelector("[data-words]").textContent = sentence;
  byId("trouble").hidden = false;
}

// Told together: thirty people who come in at once are one sentence.
setInterval(() => {
  if (!toSay.size) return;
  byId("arrivals").textContent = [...toSay.values()].join(". ");
  toSay.clear();
}, SAY_EVERY);

// --- showing -------------------------------------------------------------------------------------

function showAll() {
  showNumbers();
  showFacts();
  showPeople();
}

function showNumbers() {
  for (const button of document.querySelectorAll(".count")) {
    const status = button.dataset.show;
    const found = status ? session.counts[status] ?? 0 : people.size;
    button.querySelector("[data-number]").textContent = found;
    button.hidden = Boolean(status) && !found && show !== status;
    button.setAttribute("aria-pressed", String(show === status));
  }
}

function showFacts() {
  fact("time", timeWords(session, elapsed(), words));
  const [camera, tone, icon] = cameraWords(session, given.stations !== "0", words);
  fact("camera", camera);
  byId("camera").dataset.tone = tone;
  byId("camera").querySelector("use").setAttribute("href", icon);
  fact("watched", session.coverage === null || given.stations === "0" ? "" : fill(words.watched, { share: session.coverage }));
  fact("strangers", session.strangers ? fill(words.strangers, { number: session.strangers }) : "");
  fact("doubts", session.doubts ? fill(words.doubts, { number: session.doubts }) : "");
}

function fact(id, text) {
  byId(id).hidden = text === "";
  const place = byId(id).querySelector("[data-words]");
  if (place.textContent !== text) place.textContent = text;
}

const elapsed = () => (performance.now() - heardAt) / 1000;

function showPeople() {
  const shown = wanted([...people.values()], { status: show, search: byId("search").value, sort: byId("sort").value });
  const elements = shown.map(tileOf);
  const same = elements.length === list.children.length && elements.every((tile, place) => tile === list.children[place]);
  if (!same) list.replaceChildren(...elements);
  showNobody(shown.length);
  fit(list);
}

function showNobody(shown) {
  const empty = byId("nobody");
  empty.hidden = shown > 0;
  if (shown) return;
  const { title, more } = nobodyWords(session, people.size > 0, words);
  empty.querySelector("[data-words]").textContent = title;
  empty.querySelector("[data-more]").textContent = more;
}

function tileOf(person) {
  const tile = tiles.get(person.person) ?? newTile(person.person);
  const key = JSON.stringify(person);
  if (tile.dataset.key === key) return tile;
  tile.dataset.key = key;
  tile.dataset.status = person.status;
  tile.classList.remove("success", "warning", "error", "info");
  const tone = document.querySelector(`.count[data-show="${person.status}"]`)?.classList[1];
  if (tone) tile.classList.add(tone);
  write(tile, ".initials", person.initials);
  write(tile, ".tile-name", person.name);
  write(tile, ".tile-group", person.group);
  const said = tileWords(person, words);
  write(tile, "[data-label]", said.label);
  write(tile, "[data-first]", said.first);
  write(tile, "[data-last]", said.last);
  write(tile, "[data-sure]", said.sure);
  tile.title = said.title;
  tile.querySelector("use").setAttribute("href", `#status-${person.status}`);
  return tile;
}

function newTile(key) {
  const tile = byId("person").content.firstElementChild.cloneNode(true);
  tiles.set(key, tile);
  return tile;
}

function write(tile, selector, text) {
  tile.querySelector(selector).textContent = text;
}

function glow(key) {
  const tile = tiles.get(key);
  if (!tile) return;
  tile.classList.remove("fresh");
  requestAnimationFrame(() => tile.classList.add("fresh"));
  setTimeout(() => tile.classList.remove("fresh"), FRESH_FOR);
}

// --- the screen ----------------------------------------------------------------------------------

function dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function theme(chosen) {
  document.documentElement.dataset.theme = chosen;
  localStorage.setItem("board.theme", chosen);
}

for (const button of document.querySelectorAll(".count")) {
  button.addEventListener("click", () => { show = show === button.dataset.show ? "" : button.dataset.show; if (session) showAll(); });
}
byId("search").addEventListener("input", () => session && showPeople());
byId("sort").addEventListener("change", () => { localStorage.setItem("board.sort", byId("sort").value); if (session) showPeople(); });
byId("dark").addEventListener("click", () => theme(dark() ? "light" : "dark"));
byId("full").hidden = !document.fullscreenEnabled;
byId("full").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
});
window.addEventListener("resize", () => fit(list));
setInterval(() => session && fact("time", timeWords(session, elapsed(), words)), 1000);

const kept = localStorage.getItem("board.theme");
if (kept) theme(kept);
byId("sort").value = localStorage.getItem("board.sort") ?? "name";
