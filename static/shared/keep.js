// The rows of a list follow what the server says. A row that stays is kept, so that a button under the finger, the pointer
// or the focus never goes away.

// `rows`: each with an `id`; `made(row)` is the element of a new one. Gives the elements in their order.
export function keep(list, rows, made) {
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const wanted = rows.map((row) => known.get(String(row.id)) ?? named(made(row), row.id));
  for (const item of [...list.children]) if (!wanted.includes(item)) item.remove();
  wanted.forEach((item, place) => { if (list.children[place] !== item) list.insertBefore(item, list.children[place] ?? null); });
  return wanted;
}

function named(item, id) {
  item.dataset.id = id;
  return item;
}

// What comes in above moves the rows down. A button that was pressed is still meant when the finger leaves the screen.
export function holdPresses(list) {
  list.addEventListener("pointerdown", (event) => event.target.closest("button")?.setPointerCapture(event.pointerId));
}
