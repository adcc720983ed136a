// A link to pair carries its code behind the #, which is sent to no one until the button is pressed.

const form = document.getElementById("pair");

function take() {
  const code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname); // the code is not kept in the browser's history
  form.code.value = code;
  const button = form.querySelector("[data-by-link]");
  button.textContent = button.dataset.byLink;
  document.getElementById("pair-typed").hidden = form.reportValidity();
  button.focus();
}

window.addEventListener("hashchange", take);
take();
