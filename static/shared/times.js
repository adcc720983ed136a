// Times as people read them.

// Times arrive in the site's own zone and are shown as they stand, whatever zone this machine is in.
export const hourAndMinute = (at) => at.slice(11, 16);

// Whole seconds until a moment, never less than none. Both in ms, as performance.now() tells.
export const secondsUntil = (moment, now) => Math.max(0, Math.ceil((moment - now) / 1000));

// 65 → {minutes: 1, seconds: "05"}
export const minutesAndSeconds = (left) => ({ minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, "0") });
