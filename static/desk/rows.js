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
  const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (!other || !other.matches("[data-row]")) return;
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

// Dragging, for a mouse: a card is taken by its tools, so that text in it can still be selected.
let dragged = null;
document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest(".card-tools");
  const row = handle?.closest("[data-row]");
  if (row) row.draggable = event.pointerType === "mouse" && !event.target.closest("button, label");
});
document.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.("[data-row]")) return;
  dragged = event.target;
  event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-row]");
  if (!dragged || !over || over === dragged || over.parentNode !== dragged.parentNode) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  if (event.clientY < box.top + box.height / 2) over.before(dragged);
  else over.after(dragged);
});
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.draggable = false;
  renumber(dragged.closest("[data-rows]"));
  dragged = null;
});
