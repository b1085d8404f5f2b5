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
  if (event.target !== part(row, "name")) return;
  const chosen = part(row, "chosen");
  const before = words(row.dataset.name || event.target.defaultValue);
  const isSomebodyElse = !words(event.target.value).some((word) => before.includes(word));
  if (chosen.value && (isSomebodyElse || chosen.value === "new")) {
    chosen.value = "";
    part(row, "tenure").value = "";
    const office = part(row, "office_as_printed");
    if (office.value && office.value === row.dataset.filled) office.value = "";
    showKind(row);
  }
});

document.addEventListener("change", (event) => {
  const row = event.target.closest?.("[data-attendance]");
  if (row && event.target === part(row, "subject")) showKind(row);
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
