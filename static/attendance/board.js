// The live board of one session: the full state when the line opens, then the news.

import { Line } from "../recognition/line.js";
import { fill, hourAndMinute, read } from "../recognition/words.js";
import { fit } from "./fit.js";

const FRESH_FOR = 4000; // ms that an arrival glows
const SAY_EVERY = 1500; // ms: arrivals in between are said together
const ORDER = ["expected", "unverified", "absent", "late", "left_early", "present", "excused"]; // who is missing comes first

const byId = (id) => document.getElementById(id);
const words = read("words");
const list = byId("people");
const given = document.querySelector("script[data-session]").dataset;
const line = new Line(`/ws/attendance/${given.session}/`);

let session = null;
let heardAt = 0; // performance.now() of the newest numbers
let show = "";
const people = new Map(); // by person: what is known
const tiles = new Map(); // by person: the element
const toSay = new Map(); // by person: what a screen reader is told next

// --- hearing -------------------------------------------------------------------------------------

line.addEventListener("message", ({ detail }) => {
  if (detail.kind === "hello") renew(detail.people);
  else for (const person of detail.people ?? []) change(person);
  session = detail.session;
  heardAt = performance.now();
  lineIs("live", "success");
  byId("trouble").hidden = true;
  showAll();
});
line.addEventListener("lost", ({ detail }) => {
  lineIs("connecting", "error");
  if (session) trouble(fill(words.lost, { seconds: detail }));
});
line.addEventListener("bye", ({ detail }) => {
  if (detail.code === "internal") return;
  lineIs("connecting", "error");
  byId("sign-in").hidden = false;
  trouble(words.ended);
});

function renew(all) {
  const known = new Set(all.map((person) => person.person));
  for (const [key, tile] of tiles) if (!known.has(key)) { tile.remove(); tiles.delete(key); people.delete(key); }
  for (const person of all) change(person, people.size > 0);
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
  fact("time", timeWords());
  const [camera, tone, icon] = cameraWords();
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

function timeWords() {
  if (session.state === "planned") return fill(words.begins, { time: hourAndMinute(session.starts_at) });
  if (session.state === "cancelled") return words.cancelled;
  if (session.state === "closed") return fill(words.closed, { time: hourAndMinute(session.ends_at) });
  const seconds = Math.max(0, session.seconds_left - (performance.now() - heardAt) / 1000);
  return seconds ? leftWords(Math.ceil(seconds / 60)) : words.over;
}

const leftWords = (minutes) =>
  minutes < 120 ? fill(words.left, { minutes }) : fill(words.long_left, { hours: Math.floor(minutes / 60), minutes: minutes % 60 });

function cameraWords() {
  if (session.state !== "open") return ["", "", "#icon-eye"];
  if (given.stations === "0") return [words.no_camera, "", "#icon-blind"];
  if (session.seeing) return [words.seeing, "success", "#icon-eye"];
  if (!session.watched_until) return [words.never_seen, "error", "#icon-blind"];
  return [fill(words.blind, { time: hourAndMinute(session.watched_until) }), "error", "#icon-blind"];
}

function showPeople() {
  const wanted = byId("search").value.toLocaleLowerCase().split(/\s+/);
  const fits = (person) => (!show || person.status === show) && wanted.every((word) => `${person.name} ${person.group}`.toLocaleLowerCase().includes(word));
  const shown = [...people.values()].filter(fits);
  if (byId("sort").value === "status") shown.sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status));
  const elements = shown.map(tileOf);
  if (elements.length !== list.children.length || elements.some((tile, place) => tile !== list.children[place])) list.replaceChildren(...elements);
  showNobody(shown.length);
  fit(list);
}

function showNobody(shown) {
  const empty = byId("nobody");
  empty.hidden = shown > 0;
  if (shown) return;
  const planned = session.state === "planned" && !people.size;
  empty.querySelector("[data-words]").textContent = people.size ? words.nobody_fits : planned ? timeWords() : words.nobody;
  empty.querySelector("[data-more]").textContent = people.size ? "" : planned ? words.planned_more : words.nobody_more;
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
  write(tile, "[data-label]", person.corrected ? `${person.label}, ${words.corrected}` : person.label);
  const { first_seen: first, last_seen: last, confidence } = person;
  const minute = (at) => (at ? hourAndMinute(at) : "");
  write(tile, "[data-first]", minute(first));
  write(tile, "[data-last]", minute(first) === minute(last) ? "" : `–${minute(last)}`);
  write(tile, "[data-sure]", first && confidence !== null ? ` · ${confidence} %` : "");
  tile.title = [person.name, person.label, minute(first), person.note].filter(Boolean).join(" · ");
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

const dark = () => (document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

function theme(wanted) {
  document.documentElement.dataset.theme = wanted;
  localStorage.setItem("board.theme", wanted);
}

for (const button of document.querySelectorAll(".count")) {
  button.addEventListener("click", () => { show = show === button.dataset.show ? "" : button.dataset.show; if (session) showAll(); });
}
byId("search").addEventListener("input", () => session && showPeople());
byId("sort").addEventListener("change", () => { localStorage.setItem("board.sort", byId("sort").value); if (session) showPeople(); });
byId("dark").addEventListener("click", () => theme(dark() ? "light" : "dark"));
byId("full").hidden = !document.fullscreenEnabled;
byId("full").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
window.addEventListener("resize", () => fit(list));
setInterval(() => session && fact("time", timeWords()), 1000);

const kept = localStorage.getItem("board.theme");
if (kept) theme(kept);
byId("sort").value = localStorage.getItem("board.sort") ?? "name";
line.open();
