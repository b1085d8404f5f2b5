// Completion under a text field. The field keeps whatever is typed: a suggestion is taken only
// by a tap or Enter. `data-suggest` is the address; "suggest:chosen" tells others what was taken.

const SHORTEST = 2;
const PAUSE = 140;

let field = null;
let box = null;
let items = [];
let active = -1;
let timer = 0;
let asking = null;

function fragment(input) {
  if (!("suggestCommas" in input.dataset)) return input.value.trim();
  return input.value.split(",").at(-1).trim();
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  box?.remove();
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
  box = null;
  items = [];
  active = -1;
}

function address(input) {
  const url = new URL(input.dataset.suggest, location.href);
  url.searchParams.set("q", fragment(input));
  const day = document.getElementById("id_event_on");
  const on = day?.value || day?.dataset.otherwise;
  if (on) url.searchParams.set("on", on);
  return url;
}

async function ask(input) {
  asking?.abort();
  asking = new AbortController();
  try {
    const response = await fetch(address(input), {
      signal: asking.signal,
      headers: { Accept: "application/json" },
    });
    if (response.redirected || response.status === 403) tell(input);
    if (response.redirected || !response.ok) return;
    const found = (await response.json()).results;
    if (Array.isArray(found) && document.activeElement === input) show(input, found);
  } catch (error) {
    // Typing on, no network, or a network that answers with a page of its own: the typed name is
    // enough, and is looked up when saving.
    const isExpected = error instanceof TypeError || error instanceof SyntaxError;
    if (error.name !== "AbortError" && !isExpected) throw error;
  }
}

function tell(input) {
  close();
  const words = document.querySelector("[data-signed-out]")?.dataset.signedOut;
  if (!words || document.activeElement !== input) return;
  field = input;
  box = document.createElement("p");
  box.className = "suggestions suggestions-note";
  box.setAttribute("role", "status");
  box.textContent = words;
  input.after(box);
}

function line(item, index) {
  const option = document.createElement("li");
  option.id = `suggestion-${index}`;
  option.setAttribute("role", "option");
  const name = document.createElement("b");
  name.textContent = item.label || item.name;
  option.append(name);
  if (item.detail) {
    const detail = document.createElement("span");
    detail.textContent = item.detail;
    option.append(detail);
  }
  // Before the field loses its focus.
  option.addEventListener("pointerdown", (event) => event.preventDefault());
  option.addEventListener("click", () => choose(index));
  return option;
}

function show(input, found) {
  close();
  field = input;
  items = [...found];
  const typed = fragment(input);
  if (input.dataset.suggestNew && typed) {
    const label = input.dataset.suggestNew.replace("%s", typed);
    items.push({ ref: "new", name: typed, label });
  }
  if (!items.length) return;
  box = document.createElement("ul");
  box.className = "suggestions";
  box.id = "suggestions";
  box.setAttribute("role", "listbox");
  box.append(...items.map(line));
  input.after(box);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-controls", "suggestions");
  input.setAttribute("aria-expanded", "true");
}

function choose(index) {
  const item = items[index];
  const input = field;
  if (!item || !input) return;
  close();
  if ("suggestCommas" in input.dataset) {
    const before = input.value.split(",").slice(0, -1).map((part) => part.trim());
    input.value = [...before.filter(Boolean), item.name].join(", ") + ", ";
  } else {
    input.value = item.name;
  }
  input.dispatchEvent(new CustomEvent("suggest:chosen", { bubbles: true, detail: item }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function mark(index) {
  const options = box.querySelectorAll("[role=option]");
  active = (index + options.length) % options.length;
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
  options[active].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", options[active].id);
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-suggest]") || !event.isTrusted) return;
  clearTimeout(timer);
  if (fragment(input).length < SHORTEST) close();
  else timer = setTimeout(() => ask(input), PAUSE);
});

document.addEventListener("keydown", (event) => {
  if (!box || !items.length || event.target !== field) return;
  if (event.key === "ArrowDown") mark(active + 1);
  else if (event.key === "ArrowUp") mark(active - 1);
  else if (event.key === "Enter" && active >= 0) choose(active);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});
