// The page's data and translated words, handed over as JSON by the template.

export const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

export const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_match, name) => values[name] ?? "");

// Times arrive in the site's own zone and are shown as they stand, whatever zone this machine is in.
export const hourAndMinute = (at) => at.slice(11, 16);
