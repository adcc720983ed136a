// Buttons that print the page; without scripts they are not there, and the browser's own command prints the same.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
