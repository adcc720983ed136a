// Who is inside, live: the full state on connecting and every 15 s, and after every visit that begins or ends.

import { listen } from "./desk-line.js";

const list = document.getElementById("people");
const row = document.getElementById("person-row").content.firstElementChild;
const addresses = document.getElementById("addresses").dataset;
const words = document.getElementById("live-words");
const dot = document.getElementById("live");

const at = (address, id) => address.replace("/0/", `/${id}/`);

function made(person) {
  const item = row.cloneNode(true);
  item.dataset.id = person.id;
  const link = item.querySelector("h3 a");
  link.href = at(addresses.person, person.person);
  link.textContent = person.name;
  item.querySelector("p").textContent = person.number;
  item.querySelector(".title-place .num").textContent = person.entered_at.slice(11, 16);
  item.querySelector("form").action = at(addresses.end, person.id);
  item.querySelector("button > span").textContent = ` ${person.name}`;
  return item;
}

// Rows that stay are kept, so that a button under the pointer or the focus never goes away.
function show(people) {
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const wanted = people.map((person) => known.get(String(person.id)) ?? made(person));
  for (const item of list.children) if (!wanted.includes(item)) item.remove();
  wanted.forEach((item, place) => { if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null); });
  document.getElementById("count").textContent = people.length;
  document.getElementById("nobody").hidden = people.length > 0;
}

listen({
  state: ({ people }) => show(people),
  line: (on, said) => {
    dot.classList.toggle("on", on);
    words.textContent = said ?? (on ? words.dataset.on : words.dataset.off);
  },
});
