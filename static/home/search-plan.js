// Where the arrows lead in the search: a place in the list of the field and everything found, or null for another key.

export function walk(key, at, count) {
  if (key === "ArrowDown") return Math.min(at + 1, count - 1);
  if (key === "ArrowUp") return Math.max(at - 1, 0);
  return null;
}
