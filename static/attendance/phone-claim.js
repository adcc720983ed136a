// Sends the code that stands after the # of the address, and takes it out of the address and the history.

const code = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
if (code) {
  const form = document.querySelector("[data-claim]");
  form.elements.code.value = code;
  form.submit();
} else {
  document.querySelector("[data-checking]").hidden = true;
  document.querySelector("[data-missing]").hidden = false;
}
