// Times as people read them.

// Times arrive in the site's own zone and are shown as they stand, whatever zone this machine is in.
export const hourAndMinute = (at) => at.slice(11, 16);

// A day and its time, as the reader's language writes a day; no time of another zone is made of it.
export function dayAndMinute(at) {
  const [year, month, day] = at.slice(0, 10).split("-").map(Number);
  const written = new Date(Date.UTC(year, month - 1, day));
  return `${written.toLocaleDateString(document.documentElement.lang, { timeZone: "UTC", dateStyle: "medium" })}, ${hourAndMinute(at)}`;
}

// Whole seconds until a moment, never less than none. Both in ms, as performance.now() tells.
export const secondsUntil = (moment, now) => Math.max(0, Math.ceil((moment - now) / 1000));

// 65 → {minutes: 1, seconds: "05"}
export const minutesAndSeconds = (left) => ({ minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, "0") });
