// Suggestions below a search field: a combobox with a list, after the ARIA Authoring Practices. The form stays a form.

const WAIT = 140;
const SHORTEST = 2;

export function begin(field) {
  const says = field.dataset;
  const list = Object.assign(document.createElement("ul"), { className: "suggestions", id: `${field.id}-list`, hidden: true });
  const status = Object.assign(document.createElement("span"), { className: "suggestions-said" });
  let asked = "", timer, request, active = -1, rows = [];

  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: says.style }));
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", says.saysList);
  status.setAttribute("role", "status");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }))
    field.setAttribute(name, value);
  field.parentElement.append(list, status);

  function open(isOpen) {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", isOpen);
    if (!isOpen) choose(-1);
  }

  function choose(number) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = number;
    const option = list.children[active];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function show(found) {
    active = -1;
    rows = found;
    list.replaceChildren(...rows.map((row, number) => {
      const option = Object.assign(document.createElement("li"), { id: `${list.id}-${number}`, textContent: row.text });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      if (row.kind) option.append(" ", Object.assign(document.createElement("small"), { textContent: row.kind }));
      return option;
    }));
    open(rows.length > 0);
    status.textContent = rows.length ? says.saysCount.replace("{n}", rows.length) : says.saysNone;
  }

  // Of an earlier query nothing may be chosen, nor be said any more.
  function forget() {
    show([]);
    status.textContent = "";
  }

  async function ask() {
    const typed = field.value.trim();
    if (typed === asked) return;
    asked = typed;
    request?.abort();
    if (typed.length < SHORTEST) return forget();
    request = new AbortController();
    try {
      const answer = await fetch(`${says.suggest}?q=${encodeURIComponent(typed)}`, { signal: request.signal });
      if (!answer.ok) throw new Error(answer.status);
      const { suggestions } = await answer.json();
      if (typed === asked && document.activeElement === field) show(suggestions);
    } catch (failure) {
      // Without a line there are no suggestions, and the form is still a form.
      if (failure.name !== "AbortError") forget();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const count = rows.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const isDown = event.key === "ArrowDown";
      if (list.hidden) open(true);
      // Past either end the field itself comes, then the other end.
      choose(isDown ? (active + 2) % (count + 1) - 1 : (active + 1 + count) % (count + 1) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(rows[active].url);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    }
  });
  field.addEventListener("blur", () => open(false));
  // The field keeps the focus, or the list would close under the finger.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) location.assign(rows[[...list.children].indexOf(option)].url);
  });
  if (field.value !== field.defaultValue) ask();
}
