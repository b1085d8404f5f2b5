// A line of the register: what choosing somebody fills in, and which fields a kind of line has.
// The server applies the same rules to what it gets; nothing here is relied upon.

function part(row, name) {
  return row.querySelector(`[name$='-${name}']`);
}

function words(text) {
  return text
    .toLowerCase()
    .normalize("NFKD")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1);
}

// Old and new spellings to one, as the server compares them, roughly: what fits neither it asks about.
function folded(word) {
  return word
    .replaceAll("oe", "u")
    .replaceAll("dj", "j")
    .replaceAll("tj", "c")
    .replace(/s[jyh]/g, "s")
    .replace(/y$/, "i")
    .replace(/(.)\1+/g, "$1");
}

function isNear(one, other) {
  if (one === other) return true;
  if (Math.min(one.length, other.length) < 4 || Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.slice(start + 1) === short.slice(start + (short.length === long.length ? 1 : 0));
}

function isSomebodyElse(name, before) {
  const known = words(before).map(folded);
  return !words(name).map(folded).some((word) => known.some((other) => isNear(word, other)));
}

function showKind(row) {
  row.dataset.subject = part(row, "subject").value || "person";
  row.classList.toggle("is-known", part(row, "chosen").value.includes(":"));
}

function fill(row, item) {
  const [kind] = (item.ref || "").split(":");
  part(row, "chosen").value = item.ref || "";
  part(row, "tenure").value = item.tenure || "";
  row.dataset.name = item.name;
  if (kind === "organisation") part(row, "subject").value = "delegation";
  else if (kind === "person") part(row, "subject").value = "person";
  const office = part(row, "office_as_printed");
  // What somebody typed stays; what the last choice filled in goes with it.
  if (!office.value || office.value === row.dataset.filled) {
    office.value = item.office || "";
    row.dataset.filled = office.value;
  }
  showKind(row);
}

document.addEventListener("suggest:chosen", (event) => {
  const row = event.target.closest("[data-attendance]");
  if (!row) return;
  if (event.target === part(row, "name")) fill(row, event.detail);
  else part(row, "represents_chosen").value = event.detail.ref || "";
});

document.addEventListener("input", (event) => {
  const row = event.target.closest?.("[data-attendance]");
  if (!row || !event.isTrusted) return;
  if (event.target === part(row, "represents_as_printed")) {
    part(row, "represents_chosen").value = "";
  }
});

// Only when the name is finished: on the way to the same name anew it is nobody's.
function look(row, field) {
  const chosen = part(row, "chosen");
  const before = row.dataset.name || field.defaultValue;
  const isNewOne = chosen.value === "new" && field.value !== before;
  if (!chosen.value || !(isNewOne || isSomebodyElse(field.value, before))) return;
  chosen.value = "";
  part(row, "tenure").value = "";
  const office = part(row, "office_as_printed");
  if (office.value && office.value === row.dataset.filled) office.value = "";
  showKind(row);
}

document.addEventListener("change", (event) => {
  const row = event.target.closest?.("[data-attendance]");
  if (row && event.target === part(row, "subject")) showKind(row);
  if (row && event.isTrusted && event.target === part(row, "name")) look(row, event.target);
  // The tick taken away is a word of its own: without it the office alone decides.
  if (row && event.target === part(row, "is_private")) part(row, "wants_page").value = event.target.checked ? "" : "on";
});

// A line that another script filled in.
document.addEventListener("register:filled", (event) => showKind(event.target));

document.addEventListener("formset:added", (event) => {
  const row = event.target.querySelector?.("[data-attendance]");
  if (row) showKind(row);
});

document.querySelectorAll("[data-attendance]").forEach(showKind);
