// The desk by keyboard. The dialog of templates/admin/shortcuts.html is the table of keys: a line whose key
// does nothing on this page is not shown. Keys without Ctrl work only outside fields, and can be switched off.

const dialog = document.querySelector("[data-shortcuts]");
const opener = document.querySelector("[data-shortcuts-open]");
const keySwitch = dialog?.querySelector("[data-use-keys]");
const lines = [...(dialog?.querySelectorAll("[data-key]") ?? [])];
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
// The same switch as in the queue of comments.
const REMEMBERED = "queue:keys";
const SAVE = ".bar-buttons [name=_save], .submit-row [name=_save]";
const FORWARD = ".bar-buttons > [name=_move], .bar-buttons > [formaction], .bar-buttons > a.button-quiet";
const ROWS = "#result_list tbody tr, .panels .panel li, .revisions > li";
const BOXES = "input.action-select";
const FIELDS =
  "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file]), textarea, select, " +
  "[role=combobox], [role=listbox], [role=textbox]";

const isSeen = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? element.offsetParent !== null;
const find = (selector) => [...document.querySelectorAll(selector)].find((one) => isSeen(one) && !one.disabled);
const isTyping = (element) => element.isContentEditable || Boolean(element.closest?.(FIELDS));
const linkOf = (row) => row.querySelector("th a[href], a[href]");
const links = () => [...document.querySelectorAll(ROWS)].filter(isSeen).map(linkOf).filter(Boolean);
const currentRow = () => document.activeElement?.closest(ROWS);

const press = (selector) => () => find(selector)?.click();
function look(selector) {
  return () => {
    const target = find(selector);
    if (!target) return;
    // A heading says where one is; the next Tab goes on from there.
    if (!target.matches("a, button, input, textarea, [contenteditable=true]")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: target.matches("h2") ? "start" : "center" });
  };
}

function step(by) {
  const all = links();
  const at = all.indexOf(currentRow() ? linkOf(currentRow()) : null);
  const next = all[at < 0 ? 0 : at + by];
  next?.focus({ preventScroll: true });
  next?.closest(ROWS).scrollIntoView({ block: "nearest" });
}

function pick() {
  currentRow()?.querySelector(BOXES)?.click();
}

// What each key does, and what has to be on the page for it.
const ACTIONS = {
  save: [SAVE, press(SAVE)],
  forward: [FORWARD, press(FORWARD)],
  preview: ["[data-preview]", press("[data-preview]")],
  headline: ["#id_headline", look("#id_headline")],
  text: [".prose-text, #id_body", look(".prose-text, #id_body")],
  photos: ["#article_photos-heading", look("#article_photos-heading")],
  register: ["#attendances-heading", look("#attendances-heading")],
  search: ["#searchbar", () => { look("#searchbar")(); find("#searchbar")?.select(); }],
  write: ["[data-write]", press("[data-write]")],
  add: ["a.addlink", press("a.addlink")],
  next: [`:is(${ROWS}) a[href]`, () => step(1)],
  before: [`:is(${ROWS}) a[href]`, () => step(-1)],
  open: [`:is(${ROWS}) a[href]`, () => currentRow() && linkOf(currentRow())?.click()],
  pick: [BOXES, pick],
  further: [".paginator [rel=next]", press(".paginator [rel=next]")],
  back: [".paginator [rel=prev]", press(".paginator [rel=prev]")],
  home: ["#site-name a", press("#site-name a")],
  help: ["body", show],
};

function show() {
  for (const line of lines) line.hidden = !find(ACTIONS[line.dataset.does]?.[0] ?? "body");
  for (const group of dialog.querySelectorAll("section")) {
    group.hidden = !group.querySelector("[data-key]:not([hidden])");
  }
  dialog.showModal();
}

// "mod" is Ctrl, and the command key where that is what people press.
function nameOf(event) {
  const mod = isApple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (event.altKey || (!mod && (event.ctrlKey || event.metaKey))) return "";
  if (mod && event.shiftKey) return "";
  return (mod ? "mod " : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

function onKey(event) {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  // The editor of the text takes Escape and does nothing with it.
  if (event.defaultPrevented && !(event.key === "Escape" && event.target.isContentEditable)) return;
  const name = nameOf(event);
  const typing = isTyping(event.target);
  if (typing && event.key === "Escape" && event.target.type !== "search") {
    // Out of the field, so that the keys work; the next Tab goes on from here.
    event.target.blur();
    return;
  }
  if (typing && name !== "mod s") return;
  // Ctrl+Enter on a link opens it beside this page, and that is the browser's.
  if (name === "mod Enter" && event.target.closest?.("a, button, summary, label, input")) return;
  if (!name.startsWith("mod ") && !keySwitch.checked) return;
  const line = lines.find((one) => one.dataset.key === name && find(ACTIONS[one.dataset.does][0]));
  if (!line) return;
  event.preventDefault();
  // Held down, a key goes on through a list and does nothing else twice.
  if (event.repeat && !["next", "before"].includes(line.dataset.does)) return;
  ACTIONS[line.dataset.does][1]();
}

function remember(isOn) {
  try {
    localStorage.setItem(REMEMBERED, isOn ? "on" : "off");
  } catch {
    // A browser that keeps nothing asks again on the next page.
  }
}

// The queue of comments has keys of its own, and a dialog that says so.
if (dialog && !document.querySelector("[data-queue]")) {
  try {
    keySwitch.checked = localStorage.getItem(REMEMBERED) !== "off";
  } catch {
    // As above.
  }
  if (isApple) for (const key of dialog.querySelectorAll("[data-mod]")) key.textContent = "⌘";
  opener.hidden = false;
  opener.addEventListener("click", show);
  keySwitch.addEventListener("change", () => remember(keySwitch.checked));
  document.addEventListener("keydown", onKey);
}
