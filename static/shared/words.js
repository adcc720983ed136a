// The page's data and translated words, handed over as JSON by the template.

export const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_match, name) => values[name] ?? "");

// A sentence with a number in it. `counted` comes from config/web/language/plurals.py: its forms, and which of them each number takes.
export function count(counted, number, values = {}) {
  const place = number < counted.takes.length ? number : 100 + (number % 100);
  return fill(counted.forms[Number(counted.takes[place])], { number, ...values });
}
