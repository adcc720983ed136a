// Rows of a list that follow the server's state. In a row: [data-field] is a text, [data-hour] a time, [data-link] an
// address with a number in it.

import { keep } from "../shared/keep.js";

const ID = /\/0\//;

export function fill(item, row) {
  for (const place of item.querySelectorAll("[data-field]")) said(place, row[place.dataset.field] ?? "");
  for (const place of item.querySelectorAll("[data-hour]")) said(place, row[place.dataset.hour].slice(11, 16));
}

// Only what has changed: a screen reader tells every change of a live region.
function said(place, words) {
  if (place.textContent !== String(words)) place.textContent = words;
}

export function made(template, row) {
  const item = template.content.firstElementChild.cloneNode(true);
  for (const form of item.querySelectorAll("form")) form.action = form.getAttribute("action").replace(ID, `/${row.id}/`);
  for (const link of item.querySelectorAll("a[href]")) {
    const number = link.dataset.link ? row[link.dataset.link] : row.id;
    link.href = link.getAttribute("href").replace(ID, `/${number}/`);
  }
  return item;
}

// `changed(item, row)`: what this list shows beyond its fields.
export function follow(list, template, rows, changed = () => {}) {
  keep(list, rows, (row) => made(template, row)).forEach((item, place) => {
    fill(item, rows[place]);
    changed(item, rows[place]);
  });
}
