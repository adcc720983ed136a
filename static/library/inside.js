// Who is inside, live: the full state on connecting and every 15 s, and after every visit that begins or ends.

import { keep } from "../shared/keep.js";
import { showLine } from "../shared/state-line.js";
import { listen } from "./desk-line.js";

const list = document.getElementById("people");
const row = document.getElementById("person-row").content.firstElementChild;
const addresses = document.getElementById("addresses").dataset;

const at = (address, id) => address.replace("/0/", `/${id}/`);

function made(person) {
  const item = row.cloneNode(true);
  const link = item.querySelector("h2 a");
  link.href = at(addresses.person, person.person);
  link.textContent = person.name;
  item.querySelector("p").textContent = person.number;
  item.querySelector(".title-place .num").textContent = person.entered_at.slice(11, 16);
  item.querySelector("form").action = at(addresses.end, person.id);
  item.querySelector("button > span").textContent = ` ${person.name}`;
  return item;
}

function show(people) {
  keep(list, people, made);
  document.getElementById("count").textContent = people.length;
  document.getElementById("nobody").hidden = people.length > 0;
}

listen({ state: ({ people }) => show(people), line: showLine });
