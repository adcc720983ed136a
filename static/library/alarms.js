// The gate alarms that ring now, on every page of the desk.

import { listen } from "./desk-line.js";

const place = document.getElementById("alarms");
const row = document.getElementById("alarm-row").content.firstElementChild;

function made({ station, since }) {
  const item = row.cloneNode(true);
  item.dataset.station = station;
  const [name, time] = item.querySelectorAll("span");
  name.textContent = station;
  time.textContent = since.slice(11, 16);
  const form = item.querySelector("form");
  form.action = form.getAttribute("action").replace("/station/", `/${station}/`);
  return item;
}

// Rows that stay are kept, so that a button under the pointer or the focus never goes away.
function show(alarms) {
  const known = new Map([...place.children].map((item) => [item.dataset.station, item]));
  for (const alarm of alarms) if (!known.delete(alarm.station)) place.append(made(alarm));
  for (const item of known.values()) item.remove();
}

listen({ state: ({ alarms }) => show(alarms) });
