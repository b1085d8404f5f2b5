// Rows of a story as cards: add, move, remove. Works on Django's formset fields; without it the
// server's rows and the "five empty lines" button do the same.

document.documentElement.classList.add("has-js");

function listOf(group) {
  return group.querySelector("[data-rows-list]");
}

function renumber(group) {
  const rows = listOf(group).querySelectorAll(":scope > [data-row]");
  rows.forEach((row, index) => {
    const position = row.querySelector("input[name$='-position']");
    if (position && position.value !== String(index)) position.value = String(index);
  });
  group.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
}

export function addRow(group) {
  const prefix = group.dataset.rows;
  const total = group.querySelector(`#id_${prefix}-TOTAL_FORMS`);
  const index = Number(total.value);
  const holder = document.createElement("div");
  holder.innerHTML = group
    .querySelector("[data-rows-empty]")
    .innerHTML.replaceAll("__prefix__", String(index));
  const row = holder.firstElementChild;
  listOf(group).append(row);
  total.value = String(index + 1);
  renumber(group);
  // Django's own autocomplete listens for this.
  row.dispatchEvent(
    new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix } }),
  );
  return row;
}

function move(row, step) {
  // Between the saved rows and those added since stands the template of an empty one.
  const rows = [...row.parentNode.querySelectorAll(":scope > [data-row]")];
  const other = rows[rows.indexOf(row) + step];
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
  renumber(row.closest("[data-rows]"));
}

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-rows-add]");
  if (add) {
    const row = addRow(add.closest("[data-rows]"));
    row.querySelector("[data-first]")?.focus();
    row.scrollIntoView({ block: "center" });
    return;
  }
  const up = event.target.closest("[data-row-up]");
  const down = event.target.closest("[data-row-down]");
  if (up || down) {
    move((up || down).closest("[data-row]"), up ? -1 : 1);
    (up || down).focus();
  }
});

// For scripts that fill rows: the new one is handed back in `detail.row`.
document.addEventListener("rows:add", (event) => {
  event.detail.row = addRow(event.target);
});
document.addEventListener("rows:reordered", (event) => renumber(event.target));

// Dragging by the grip, with a finger or a mouse: the row goes where the pointer is.
const EDGE = 90;
const STEP = 12;
let held = null;
let pointerY = 0;
let scrolling = 0;

function place() {
  const others = [...held.parentNode.querySelectorAll(":scope > [data-row]")].filter((row) => row !== held);
  const next = others.find((row) => {
    const box = row.getBoundingClientRect();
    return pointerY < box.top + box.height / 2;
  });
  if (next) {
    if (held.nextElementSibling !== next) next.before(held);
  } else if (others.length && others.at(-1).nextElementSibling !== held) others.at(-1).after(held);
}

function scrollAtEdges() {
  if (!held) return;
  const above = EDGE - pointerY;
  const below = pointerY - (innerHeight - EDGE - 60);
  if (above > 0) scrollBy(0, -STEP);
  else if (below > 0) scrollBy(0, STEP);
  if (above > 0 || below > 0) place();
  scrolling = requestAnimationFrame(scrollAtEdges);
}

function release() {
  if (!held) return;
  cancelAnimationFrame(scrolling);
  held.classList.remove("is-dragged");
  const group = held.closest("[data-rows]");
  held = null;
  renumber(group);
}

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-row-grip]");
  if (!grip || event.button > 0) return;
  event.preventDefault();
  held = grip.closest("[data-row]");
  held.classList.add("is-dragged");
  pointerY = event.clientY;
  scrollAtEdges();
});
document.addEventListener("pointermove", (event) => {
  if (!held) return;
  pointerY = event.clientY;
  place();
});
for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, release);
