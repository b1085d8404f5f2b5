// The story form as plain values, and values put back into it: fields by name, and each row with the
// names inside it. A choice is [key, what it says], so that it can be read and put back anywhere.

// Django's own fields, our numbers of the form, and the place of a row, which follows from its order.
const LEFT_OUT = /^csrf|^(tab|written|changes_to|is_public)$|_FORMS$|-(article|position)$/;

export const form = document.querySelector("#article_form [name=written]")?.form;

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

// What a saved row is called where no field of it says so: its author, its story, its photo.
function says(row) {
  const name = row.querySelector(".printed-name");
  return (name ? name.textContent : row.querySelector(".photo-preview img:not([hidden])")?.alt || "").trim();
}

// The form as it is now, or as the server sent it.
export function snapshot(isServed = false) {
  const fields = fieldsOf(form).filter((field) => !field.closest("[data-rows]"));
  const values = { fields: read(fields, isServed), rows: {} };
  for (const group of groups()) {
    const empty = group.querySelector("[data-rows-empty]")?.content;
    const untouched = empty && JSON.stringify(read(fieldsOf(empty), true));
    values.rows[group.dataset.rows] = rowsOf(group)
      // The file of a photo cannot be kept, and its words mean nothing without it.
      .filter((row) => !row.querySelector("input[type=file]")?.files.length)
      .map((row) => [row, read(fieldsOf(row), isServed)])
      .filter(([, values]) => JSON.stringify(values) !== untouched)
      .map(([row, values]) => ({ ...values, says: says(row) }));
  }
  return values;
}

// Which version was seen, the keys of rows and what they are called are not what somebody typed.
const typed = (key, value) => (["seen_version", "id", "says"].includes(key) ? undefined : value);
export const same = (a, b) => JSON.stringify(a, typed) === JSON.stringify(b, typed);

// What the browser put back after "Back" has the rows that the server knew, but not those that a script
// had added.
export function countRows() {
  for (const group of groups()) group.querySelector("[name$=-TOTAL_FORMS]").value = rowsOf(group).length;
}

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

// Some fields set others when they change: what was kept of those is put in once more, without a word.
function putAll(fields, values) {
  fields.forEach((field) => put(field, values[short(field)]));
  for (const field of fields) {
    const value = values[short(field)];
    if (field.type !== "checkbox" && typeof value === "string" && field.value !== value) field.value = value;
  }
}

function putRows(group, kept) {
  const end = group.querySelector("[data-rows-empty]");
  for (const kind of end ? kept : []) {
    const values = { ...kind };
    let row = values.id && rowsOf(group).find((r) => r.querySelector("[name$='-id']")?.value === values.id);
    if (!row) {
      group.querySelector("[data-rows-add]")?.click();
      row = rowsOf(group).at(-1);
      // A row that is gone on the server comes back as a new one.
      values.id = "";
    }
    end.before(row);
    putAll(fieldsOf(row), values);
    // So that typing on in a chosen name does not look like somebody else's; see register.js.
    const line = row.querySelector("[data-attendance]");
    if (line) line.dataset.name = values.name;
  }
  rowsOf(group).forEach((row, index) => put(row.querySelector("[name$='-position']"), String(index)));
}

export function restore({ fields, rows }) {
  const own = fieldsOf(form).filter((field) => !field.closest("[data-rows]"));
  putAll(own, fields);
  for (const group of groups()) putRows(group, rows[group.dataset.rows] || []);
  document.activeElement.blur();
}

// The words of kept values, for when there is no connection to compare them.
export function wordsOf({ fields, rows }) {
  const body = new DOMParser().parseFromString(fields.body || "", "text/html").body;
  for (const block of body.querySelectorAll("p, h2, h3, li, blockquote, figcaption, tr")) block.append("\n");
  const names = Object.values(rows).flat().map((row) => row.name || row.says || row.caption || "");
  return [fields.headline, fields.standfirst, body.textContent, names.filter(Boolean).join("\n")]
    .map((part) => (part || "").trim())
    .filter(Boolean)
    .join("\n\n");
}
