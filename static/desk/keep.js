// What is typed into a story stays on this device until the server says that it saved it: an
// expired session, a lost connection or a wrong tap must not cost anybody a text.
//
// A copy belongs to one person and one address. On submitting it gets a name of its own; the
// server repeats the names of the copies that it saved (`data-saved`), and only these go. Every
// other copy is offered when the form is opened again, and never put in by itself.

const PREFIX = "desk-kept:";
const MOST = 10;
const LONGEST = 14 * 24 * 60 * 60 * 1000;
const PAUSE = 500;
// Django's own fields, our name of the copy, and the place of a row, which follows from its order.
const LEFT_OUT = /^csrf|^kept_copy$|_FORMS$|-(article|position)$/;

const place = document.querySelector("[data-keep]");
const form = document.querySelector("#article_form [name=kept_copy]")?.form;
const name = () => crypto.getRandomValues(new Uint32Array(3)).join("-");

function store(run) {
  try {
    return run(localStorage);
  } catch {
    // A private window, or no room left: the form works as if nothing were kept.
    return null;
  }
}

function copies(prefix) {
  const found = (storage) =>
    Object.keys(storage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ key, ...JSON.parse(storage.getItem(key)) }))
      .sort((a, b) => b.at - a.at);
  return store(found) || [];
}

const drop = (key) => store((storage) => storage.removeItem(key));

function sweep() {
  const saved = place.dataset.saved.split(" ");
  copies(PREFIX).forEach(({ key, at, sent }, index) => {
    if ((sent && saved.includes(sent)) || index >= MOST || Date.now() - at > LONGEST) drop(key);
  });
}

// Reading the form: values by name, and each row with the names inside it.

function valueOf(field, isServed) {
  if (field.type === "checkbox") return isServed ? field.defaultChecked : field.checked;
  if (field.tagName !== "SELECT") return isServed ? field.defaultValue : field.value;
  const options = [...field.options];
  const chosen = options.find((option) => (isServed ? option.defaultSelected : option.selected));
  const option = chosen || options[0];
  return option ? [option.value, option.text] : ["", ""];
}

function fieldsOf(root) {
  const all = [...root.querySelectorAll("input[name], select[name], textarea[name]")];
  return all.filter((field) => field.type !== "file" && !LEFT_OUT.test(field.name));
}

const short = (field) => field.name.replace(/^\w+-(\d+|__prefix__)-/, "");

function read(fields, isServed) {
  return Object.fromEntries(fields.map((field) => [short(field), valueOf(field, isServed)]));
}

const rowsOf = (group) => [...group.querySelectorAll("[data-rows-list] > [data-row]")];
const groups = () => [...form.querySelectorAll("[data-rows]")];

function snapshot(isServed) {
  const fields = fieldsOf(form).filter((field) => !field.closest("[data-rows]"));
  const values = { fields: read(fields, isServed), rows: {} };
  for (const group of groups()) {
    const empty = group.querySelector("[data-rows-empty]")?.content;
    const untouched = empty && JSON.stringify(read(fieldsOf(empty), true));
    values.rows[group.dataset.rows] = rowsOf(group)
      // The file of a photo cannot be kept, and its words mean nothing without it.
      .filter((row) => !row.querySelector("input[type=file]")?.files.length)
      .map((row) => read(fieldsOf(row), isServed))
      .filter((row) => JSON.stringify(row) !== untouched);
  }
  return values;
}

// Which version was seen, and the keys of rows, are not what somebody typed.
const typed = (key, value) => (["seen_version", "tab", "id"].includes(key) ? undefined : value);
const same = (a, b) => JSON.stringify(a, typed) === JSON.stringify(b, typed);

// Putting a copy back.

function put(field, value) {
  if (value === undefined) return;
  const [key, text] = Array.isArray(value) ? value : [value, value];
  if (field.type === "checkbox") field.checked = value;
  else {
    const isKnown = field.tagName !== "SELECT" || [...field.options].some((o) => o.value === key);
    if (!isKnown) field.append(new Option(text, key));
    field.value = key;
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function putRows(group, kept) {
  const end = group.querySelector("[data-rows-empty]");
  for (const values of end ? kept : []) {
    let row = values.id && rowsOf(group).find((r) => r.querySelector("[name$='-id']")?.value === values.id);
    if (!row) {
      group.querySelector("[data-rows-add]")?.click();
      row = rowsOf(group).at(-1);
      // A row that is gone on the server comes back as a new one.
      values.id = "";
    }
    end.before(row);
    fieldsOf(row).forEach((field) => put(field, values[short(field)]));
    // So that typing on in a chosen name does not look like somebody else's; see register.js.
    const line = row.querySelector("[data-attendance]");
    if (line) line.dataset.name = values.name;
  }
  rowsOf(group).forEach((row, index) => put(row.querySelector("[name$='-position']"), String(index)));
}

function restore({ fields, rows }) {
  for (const field of fieldsOf(form)) if (!field.closest("[data-rows]")) put(field, fields[field.name]);
  for (const group of groups()) putRows(group, rows[group.dataset.rows] || []);
  document.activeElement.blur();
}

function keepForm() {
  const address = `${PREFIX}${place.dataset.user}:${location.pathname}:`;
  const returned = form.elements.kept_copy.defaultValue;
  const served = snapshot(true);
  let own = address + name();
  let last = null;
  let timer = 0;

  const write = (sent = "") => {
    clearTimeout(timer);
    timer = 0;
    const values = snapshot(false);
    if (same(values, served) && !returned) return drop(own);
    if (!sent && (!last || same(values, last))) return null;
    last = values;
    store((s) => s.setItem(own, JSON.stringify({ at: Date.now(), sent, values })));
    return sweep();
  };
  // What the browser itself put back after "Back" is where the typing starts from.
  const settle = () => {
    if (last) return;
    // It puts back the number of rows as well, but not the rows that a script had added.
    for (const group of groups()) group.querySelector("[name$=-TOTAL_FORMS]").value = rowsOf(group).length;
    last = snapshot(false);
  };
  const adopt = ({ key, values }) => {
    own = key;
    last = values;
  };
  const takeBack = (copy) => {
    adopt(copy);
    restore(copy.values);
  };
  // After "Back" the browser puts back most fields, but not those without its completion, nor
  // added rows. Where nothing else stands in the form, the rest of the same text follows.
  const isRestOf = ({ fields }) =>
    !same(last.fields, served.fields) &&
    Object.keys(fields).every((key) => [fields, served.fields].some((one) => same(one[key], last.fields[key])));
  const offer = (copy) => {
    const box = place.querySelector("template").content.firstElementChild.cloneNode(true);
    const at = new Date(copy.at);
    const day = at.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "short" });
    const clock = [at.getHours(), at.getMinutes()].map((n) => String(n).padStart(2, "0")).join(".");
    const isToday = at.toDateString() === new Date().toDateString();
    box.querySelector("time").textContent = isToday ? clock : `${day} ${clock}`;
    box.querySelector("[data-keep-restore]").addEventListener("click", () => {
      write();
      takeBack(copy);
      form.scrollIntoView();
      box.remove();
    });
    box.querySelector("[data-keep-discard]").addEventListener("click", () => {
      drop(copy.key);
      box.remove();
    });
    place.append(box);
  };

  for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, settle, { capture: true, once: true });
  for (const kind of ["input", "change", "rows:changed", "focusout"]) {
    form.addEventListener(kind, () => {
      // Also in the midst of typing that never pauses.
      timer ||= setTimeout(write, PAUSE);
    });
  }
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    form.elements.kept_copy.value = name();
    write(form.elements.kept_copy.value);
  });
  addEventListener("pagehide", () => write());
  document.addEventListener("visibilitychange", () => document.hidden && write());
  addEventListener("pageshow", (event) => {
    if (event.persisted) return;
    settle();
    const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    for (const copy of copies(address)) {
      if (copy.key === own) continue;
      if ((returned && copy.sent === returned) || same(copy.values, last)) adopt(copy);
      else if (same(copy.values, served)) drop(copy.key);
      else if (isBack && isRestOf(copy.values)) takeBack(copy);
      else offer(copy);
    }
  });
}

if (place) {
  sweep();
  if (form) keepForm();
}
