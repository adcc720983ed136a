// Calls for help, on every page of the desk: rows that are kept true, a sound for each new one, and their number in the title.

import { keep } from "../shared/keep.js";
import { Sound } from "../shared/sound.js";
import { listen } from "./desk-line.js";

const place = document.getElementById("help-calls");
const pattern = document.getElementById("help-row").content.firstElementChild;
const words = document.getElementById("help-words").dataset;
const sound = new Sound();
const title = document.title;
const known = new Set([...place.children].map((item) => item.dataset.id.split("-")[0]));

function made(call) {
  const item = pattern.cloneNode(true);
  const fact = (name) => item.querySelector(`[data-fact=${name}]`);
  fact("station").textContent = call.station;
  fact("since").textContent = call.since.slice(11, 16);
  fact("name").replaceChildren("· ", call.person ? person(call) : words.unknown);
  fact("what").textContent = call.what;
  fact("answered").hidden = !call.answered_by;
  fact("answered").querySelector("span").textContent = call.answered_by;
  item.querySelector("[data-act=coming]").hidden = Boolean(call.answered_by);
  item.querySelector("[data-act=let-out]").hidden = !call.person;
  for (const form of item.querySelectorAll("form")) form.action = form.getAttribute("action").replace("/0/", `/${call.number}/`);
  return item;
}

function person({ person: number, name }) {
  const link = document.createElement("a");
  link.href = words.person.replace("/0/", `/${number}/`);
  link.textContent = name;
  return link;
}

function show(calls) {
  keep(place, calls.map((call) => ({ ...call, number: call.id, id: `${call.id}-${call.answered_by ? 1 : 0}` })), made);
  const fresh = calls.filter(({ id }) => !known.has(String(id)));
  for (const { id } of fresh) known.add(String(id));
  if (fresh.length) sound.play("trouble");
  badge(calls.length);
}

function badge(number) {
  document.title = number ? `(${number}) ${title}` : title;
  const count = document.getElementById("help-count");
  count.textContent = number;
  count.hidden = number === 0;
}

badge(place.childElementCount);
listen({ state: ({ help }) => show(help) });
