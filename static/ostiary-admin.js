// Names for what the Django admin leaves without one: Select2 fields, cells of inline tables, halves of a date and time.
// A screen reader reads them; nothing is changed for the eye.

const words = (element) => (element?.textContent ?? "").replace(/[:\s]+/g, " ").trim();

function labelOf(field) {
  const label = field.id && document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  return words(label) || columnOf(field) || words(field.closest(".form-row, fieldset")?.querySelector("legend, label"));
}

// The heading of the column in which a field of an inline table stands.
function columnOf(field) {
  const cell = field.closest(".tabular td");
  if (!cell) return "";
  return words(cell.closest("table").tHead?.rows[0]?.cells[headingPlace(cell)]);
}

// The first heading spans two cells: the hidden "original" and the first field.
function headingPlace(cell) {
  const wide = cell.closest("table").tHead?.rows[0]?.cells[0]?.colSpan ?? 1;
  return Math.max(0, cell.cellIndex - (wide - 1));
}

function nameSelect2(select) {
  const box = select.nextElementSibling;
  const label = labelOf(select);
  if (!box?.classList.contains("select2") || !label) return;
  for (const part of box.querySelectorAll(".select2-selection, .select2-selection__rendered[role=textbox], .select2-search__field")) {
    part.removeAttribute("aria-labelledby");
    part.setAttribute("aria-label", label);
  }
  for (const list of box.querySelectorAll("ul.select2-selection__rendered")) list.setAttribute("role", "presentation");
}

function nameFields(root) {
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) nameSelect2(select);
  for (const field of root.querySelectorAll(".tabular :is(input:not([type=hidden]), select, textarea)")) {
    if (!field.labels?.length && !field.hasAttribute("aria-label")) name(field, columnOf(field));
  }
  for (const field of root.querySelectorAll(".datetime input")) {
    if (!field.labels?.length) name(field, `${labelOf(field)} ${halfOf(field)}`.trim());
  }
}

// "Date:" or "Time:", which stands before the field as bare text.
function halfOf(field) {
  let before = field.previousSibling;
  while (before && before.nodeType !== Node.TEXT_NODE) before = before.previousSibling;
  return words(before);
}

function name(field, text) {
  if (text) field.setAttribute("aria-label", text);
}

function nameSearch() {
  const search = document.getElementById("searchbar");
  const button = search?.form?.querySelector("[type=submit]");
  if (search) name(search, button?.value || button?.textContent);
}

// Select2 builds its boxes when it likes, and its search field each time that a list opens.
function nameAdded(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  if (node.matches(".select2")) nameSelect2(node.previousElementSibling);
  for (const field of node.querySelectorAll(".select2-search__field")) {
    const open = document.querySelector(".select2-container--open [role=combobox]");
    if (!field.hasAttribute("aria-label")) name(field, open?.getAttribute("aria-label"));
  }
  if (node.matches("tr, .inline-related")) nameFields(node);
}

new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(nameAdded))).observe(document.body, {
  childList: true,
  subtree: true,
});
nameSearch();
nameFields(document);
