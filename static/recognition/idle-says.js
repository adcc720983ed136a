// When a kiosk rests, and the site's clock. Nothing here touches the page.

const CLOSED_AFTER = 10; // s without a person, outside opening hours

// `quiet`: seconds since anyone was here; `after`: of the station's settings, 0 for never; `works`: camera and line are
// well, else what is wrong stays to be read; `busy`: a person is in the middle of something.
export function rests({ quiet, after, open, works, busy }) {
  if (busy) return false;
  if (!open) return quiet >= CLOSED_AFTER;
  return works && after > 0 && quiet >= after;
}

// Times as "08:00", in the site's zone. From 18:00 to 02:00 is past midnight. Without hours it is always open.
export function isOpen(now, opens, closes) {
  if (!opens || !closes) return true;
  return opens < closes ? opens <= now && now < closes : opens <= now || now < closes;
}

// {time, day} of a moment in ms, as they are read in `lang`; `clock` is "08:05" in any language, for isOpen.
export function clockWords(moment, lang, timeZone) {
  const of = (locale, how) => new Intl.DateTimeFormat(locale, { timeZone, ...how }).format(moment);
  return {
    clock: of("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    time: of(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    day: of(lang, { weekday: "long", day: "numeric", month: "long" }),
  };
}
