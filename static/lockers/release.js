// One emergency release, as it goes on: the server draws the page again when something has changed.

import { listen } from "./line.js";

const shown = document.getElementById("release").dataset;
const typing = () => [...document.querySelectorAll("input:not([type=hidden])")].some((field) => field.value);

listen(({ releases }) => {
  const now = releases.find(({ id }) => String(id) === shown.id);
  const state = now?.state ?? "over";
  if (!now && !["waiting", "running"].includes(shown.state)) return settled();
  const same = now && state === shown.state && String(now.opened) === shown.opened && String(now.by_hand) === shown.byHand;
  if (!same && (state !== "waiting" || !typing())) location.reload();
});

// Locks may answer after the last door was told.
function settled() {
  if (document.querySelector(".release-doors [data-state=waiting]")) setTimeout(() => location.reload(), 3000);
}
