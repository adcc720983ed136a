// What pages with htmx have in common: refusals in place, one shared dialog, and a word when the server is away.
//
//   .refusal            an empty element in a form (or #page-refusal): a refusal is said there
//   #dialog > #dialog-body   whatever htmx puts into the body opens the dialog; the event "done" closes it
//   [data-closes]       a button that closes the dialog it stands in

// On a phone the tabs are wider than the screen: the open one is brought into view.
for (const nav of document.querySelectorAll(".section-nav, .tabs")) {
  const tab = nav.querySelector("[aria-current]");
  if (tab) nav.scrollLeft = tab.offsetLeft - nav.offsetLeft - (nav.clientWidth - tab.offsetWidth) / 2;
}

const words = document.getElementById("page-words").dataset;
const dialog = document.getElementById("dialog");

const slotOf = (element) =>
  element.querySelector?.(".refusal") ?? element.closest("form")?.querySelector(".refusal") ?? document.getElementById("page-refusal");

function say(element, sentence) {
  const slot = slotOf(element);
  if (!slot) return;
  const alert = document.createElement("p");
  alert.className = "alert error";
  alert.role = "alert";
  alert.textContent = sentence;
  slot.replaceChildren(alert);
}

// A refusal is a sentence for the place where the button stands, whatever the request would have replaced.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!xhr.getResponseHeader("X-Refused")) return;
  const slot = slotOf(requestConfig.elt);
  event.detail.shouldSwap = Boolean(slot);
  event.detail.isError = false;
  event.detail.swapOverride = "innerHTML";
  if (slot) event.detail.target = slot;
});

document.addEventListener("htmx:beforeRequest", (event) => slotOf(event.detail.elt)?.replaceChildren());
document.addEventListener("htmx:responseError", (event) => say(event.detail.requestConfig.elt, words.failed));
document.addEventListener("htmx:sendError", (event) => say(event.detail.requestConfig.elt, words.offline));

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "dialog-body" || dialog.open) return;
  dialog.showModal();
});
document.addEventListener("done", () => dialog?.close());
dialog?.addEventListener("close", () => document.getElementById("dialog-body").replaceChildren());
document.addEventListener("click", (event) => event.target.closest("[data-closes]")?.closest("dialog")?.close());
// A click beside the dialog's box closes it, as Escape does.
dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
