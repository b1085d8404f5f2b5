// The copy desk beside the story: what was found, where, why; one tap replaces, ignores, or calls
// a word right. It is asked on demand and before a story is handed in; it never holds one up.

import { passageOf } from "./passages.js";

const form = document.getElementById("article_form");
const panel = document.querySelector("[data-copydesk]");
// On a slow line nobody waits longer for a second opinion.
const PATIENCE = 12_000;
const PATIENCE_BEFORE_A_MOVE = 6_000;
// So much of what stands around words must be the same for them to be the same words.
const CONTEXT = 12;
// Characters of the sentence shown on each side of the words.
const AROUND = 48;
// Of the form the copy desk is told no more than it asks about: lines are slow.
const TOLD = new RegExp(
  "^(headline|standfirst|place|event_on|ignored|article_photos-\\d+-(caption|DELETE)" +
    "|attendances-\\d+-(name|subject|chosen|office_as_printed|DELETE))$",
);

const settings = panel && JSON.parse(panel.dataset.settings);
const words = settings?.words;
const part = (name) => panel.querySelector(`[data-copydesk-${name}]`);
const put = (sentence, value) => sentence.replace("%s", () => value);

let findings = [];
let passages = new Map();
let chosen = null;
let asked = null;
let looks = 0;
// The button of each finding that is drawn.
const buttons = new Map();
// What somebody has been shown is not shown again before the next move.
const shown = new Set();

const keyOf = ({ kind, text }) => `${kind} ${text.toLowerCase()}`;
// "Ijin" and "ijin" are the same word; each is replaced by the suggestion with its own capitals.
const isSame = (a, b) =>
  keyOf(a) === keyOf(b) && a.suggestion.toLowerCase() === b.suggestion.toLowerCase();
// Field by field as the form has them, and in each in the order of the text.
function inOrder(a, b) {
  const fields = [...passages.keys()];
  return fields.indexOf(a.field) - fields.indexOf(b.field) || a.start - b.start;
}

// The server counts characters, a string here counts two for some.
function offsets(text, start, end) {
  if (!/[\u{10000}-\u{10ffff}]/u.test(text)) return [start, end];
  const before = [...text].slice(0, end);
  const from = before.slice(0, start).join("").length;
  return [from, before.join("").length];
}

// Where a finding stands now: at its place, or near it with the same words around. Null when it
// is not certain.
function locate(finding) {
  const text = passages.get(finding.field)?.text() ?? "";
  const { start, text: sought, before, after } = finding;
  const fits = (at) => {
    const left = text.slice(Math.max(0, at - before.length), at) === before;
    const right = text.slice(at + sought.length, at + sought.length + after.length) === after;
    return (before && left) || (after && right) || text === sought;
  };
  if (text.startsWith(sought, start) && isWhole(text, start, sought)) return { start, end: start + sought.length };
  let best = null;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
    if (!isWhole(text, at, sought) || !fits(at)) continue;
    if (best === null || Math.abs(at - start) < Math.abs(best - start)) best = at;
  }
  return best === null ? null : { start: best, end: best + sought.length };
}

function isWhole(text, at, sought) {
  const isLetter = (character) => /[\p{L}\p{N}]/u.test(character || "");
  const [first, last] = [sought[0], sought.at(-1)];
  const opens = !isLetter(first) || !isLetter(text[at - 1]);
  return opens && (!isLetter(last) || !isLetter(text[at + sought.length]));
}

// Asking

async function send(url, values, patience = PATIENCE) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [name, value] of values) body.append(name, value);
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(patience),
  });
  const isAnswer = response.headers.get("Content-Type")?.startsWith("application/json");
  if (response.redirected) throw new Error("signedOut");
  if (response.status === 403) throw new Error("stale");
  if (response.status === 404) throw new Error("forbidden");
  if (!isAnswer) throw new Error("silent");
  return response.json();
}

const sentenceFor = (error) => words[error.message] || words.silent;

async function look(patience) {
  looks += 1;
  const current = looks;
  const names = ["headline", "standfirst", "body"];
  for (const { name } of form.querySelectorAll("[name$=-caption]")) names.push(name);
  const found = await Promise.all(names.map(async (name) => [name, await passageOf(form, name)]));
  const seen = new Map(found.filter(([, passage]) => passage));
  const texts = new Map([...seen].map(([name, passage]) => [name, passage.text()]));
  const values = [...new FormData(form)].filter(([name]) => TOLD.test(name));
  values.push(["body_text", texts.get("body") ?? ""]);
  const answer = await send(panel.dataset.url, values, patience);
  // Somebody asked again meanwhile.
  if (current !== looks) return null;
  passages = seen;
  findings = answer.findings
    .filter(({ field }) => texts.has(field))
    .map((row) => {
      const text = texts.get(row.field);
      const [start, end] = offsets(text, row.start, row.end);
      return {
        ...row,
        start,
        before: text.slice(Math.max(0, start - CONTEXT), start),
        after: text.slice(end, end + CONTEXT),
      };
    });
  return answer;
}

// Showing

function say(sentence, undo = null) {
  part("status").textContent = sentence;
  const button = part("undo");
  button.hidden = !undo;
  button.onclick = undo;
}

function count() {
  if (!findings.length) return words.none;
  return findings.length === 1 ? words.one : put(words.many, findings.length);
}

function open() {
  panel.hidden = false;
}

function close() {
  panel.hidden = true;
  mark(null);
  document.querySelector("[data-copydesk-look]").focus();
}

function mark(next) {
  chosen = next;
  for (const [finding, button] of buttons) {
    if (finding === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  for (const [name, passage] of passages) {
    const ranges = panel.hidden ? [] : findings.filter((f) => f.field === name).map((f) => [f, locate(f)]);
    const there = ranges.filter(([, range]) => range);
    const mine = there.find(([finding]) => finding === chosen)?.[1];
    passage.mark(there.map(([, range]) => range), mine);
  }
}

const nameOf = (field) =>
  (document.querySelector(`label[for="${form.elements[field].id}"]`)?.textContent.trim() || "") +
  (field.endsWith("-caption") ? ` ${Number(field.match(/\d+/)[0]) + 1}` : "");

// The sentence as it reads now: words beside these may have been replaced already.
function around(finding) {
  const place = locate(finding);
  if (!place) return [finding.before, finding.after];
  const text = passages.get(finding.field).text();
  const before = text.slice(Math.max(0, place.start - AROUND), place.start).split("\n").at(-1);
  const after = text.slice(place.end, place.end + AROUND).split("\n")[0];
  return [
    before.length < AROUND ? before : `… ${before.slice(before.indexOf(" ") + 1)}`,
    after.length < AROUND ? after : `${after.slice(0, after.lastIndexOf(" "))} …`,
  ];
}

function itemOf(finding) {
  const item = part("finding").content.firstElementChild.cloneNode(true);
  const at = (selector) => item.querySelector(selector);
  const alike = findings.filter((other) => isSame(other, finding));
  at(".copydesk-field").textContent = nameOf(finding.field);
  const [before, after] = around(finding);
  at("[data-before]").textContent = before;
  at("mark").textContent = finding.text;
  at("[data-after]").textContent = after;
  at(".copydesk-reason").textContent = finding.reason;
  const replaceIt = at("[data-replace]");
  const replaceAll = at("[data-replace-all]");
  replaceIt.hidden = !finding.suggestion;
  replaceIt.textContent = put(words.replace, finding.suggestion);
  replaceAll.hidden = !finding.suggestion || alike.length < 2;
  replaceAll.textContent = put(words.replaceAll, alike.length);
  at("[data-always]").hidden = !settings.alwaysRight.includes(finding.kind);
  buttons.set(finding, at("[data-jump]"));
  at("[data-jump]").addEventListener("click", () => jump(finding));
  replaceIt.addEventListener("click", () => replace([finding]));
  replaceAll.addEventListener("click", () => replace(alike));
  at("[data-ignore]").addEventListener("click", () => ignore(finding));
  at("[data-always]").addEventListener("click", () => callRight(finding));
  return item;
}

function draw() {
  const list = part("list");
  buttons.clear();
  findings.sort(inOrder);
  const kinds = [...new Set([...Object.keys(settings.kinds), ...findings.map(({ kind }) => kind)])];
  const groups = kinds
    .map((kind) => [kind, findings.filter((finding) => finding.kind === kind)])
    .filter(([, group]) => group.length);
  list.replaceChildren(
    ...groups.map(([kind, group]) => {
      const box = part("group").content.firstElementChild.cloneNode(true);
      box.querySelector("h3").textContent = `${settings.kinds[kind] || kind} · ${group.length}`;
      box.querySelector("ul").append(...group.map(itemOf));
      return box;
    }),
  );
  mark(chosen && findings.includes(chosen) ? chosen : null);
}

// In the order in which they are drawn.
const items = () => [...panel.querySelectorAll("[data-jump]")];

function focusOn(index) {
  const next = items()[Math.min(index, items().length - 1)];
  (next || part("again")).focus({ preventScroll: false });
}

async function check() {
  open();
  asked = null;
  part("on").hidden = true;
  say(words.looking);
  panel.setAttribute("aria-busy", "true");
  try {
    const answer = await look();
    if (!answer) return;
    present(answer);
  } catch (error) {
    say(sentenceFor(error));
  } finally {
    panel.removeAttribute("aria-busy");
  }
}

function present(answer) {
  for (const finding of findings) shown.add(keyOf(finding));
  draw();
  const told = answer.is_cut ? `${count()}. ${words.cut}` : count();
  // "Nothing found" is said only of what was read.
  if (!answer.has_failed) say(told);
  else say(findings.length ? `${told}. ${words.failed}` : words.failed);
  panel.scrollTop = 0;
  panel.focus({ preventScroll: innerWidth < 1101 });
}

// Acting

function jump(finding) {
  const place = locate(finding);
  if (!place) return say(words.moved);
  mark(finding);
  return passages.get(finding.field).show(place.start, place.end);
}

// Takes findings off the list and stays where the person is.
function settle(gone, sentence, undo) {
  const index = items().findIndex((button) => button.closest("li").contains(document.activeElement));
  findings = findings.filter((finding) => !gone.includes(finding));
  draw();
  const left = findings.length ? put(words.left, findings.length) : words.noneLeft;
  say(`${sentence} ${left}`, async () => {
    const isUndone = await undo();
    if (isUndone) {
      findings = [...findings, ...gone];
      draw();
    }
    say(isUndone ? words.undone : words.notUndone);
    focusOn(0);
  });
  focusOn(Math.max(index, 0));
}

// Exchanges words in several fields and moves what is found behind them; whether all of it went.
function exchange(changes) {
  const fields = [...new Set(changes.map(({ field }) => field))];
  return fields.every((field) => {
    const edits = changes.filter((change) => change.field === field);
    if (!passages.get(field).replace(edits)) return false;
    for (const finding of findings.filter((one) => one.field === field)) {
      const before = edits.filter(({ start }) => start < finding.start);
      finding.start += before.reduce((sum, { start, end, words: w }) => sum + w.length - (end - start), 0);
    }
    return true;
  });
}

function replace(those) {
  const placed = those.map((finding) => ({ finding, place: locate(finding) })).filter(({ place }) => place);
  if (!placed.length) return say(words.moved);
  const focused = document.activeElement;
  const changes = placed.map(({ finding, place }) => ({ ...place, field: finding.field, words: finding.suggestion }));
  const isDone = exchange(changes);
  focused.focus({ preventScroll: true });
  if (!isDone) return say(words.tooLong);
  const gone = placed.map(({ finding }) => finding);
  const [{ text, suggestion }] = gone;
  return settle(gone, put(words.replaced, `${text} → ${suggestion}`), () => putBack(changes, gone));
}

// The words as they were, where the new ones still stand.
function putBack(changes, gone) {
  const shift = (change) =>
    changes
      .filter(({ field, start }) => field === change.field && start < change.start)
      .reduce((sum, { start, end, words: w }) => sum + w.length - (end - start), 0);
  const back = changes.map((change, index) => {
    const start = change.start + shift(change);
    const end = start + change.words.length;
    return { field: change.field, start, end, now: change.words, words: gone[index].text };
  });
  const isThere = ({ field, start, now }) => passages.get(field).text().startsWith(now, start);
  if (!back.every(isThere) || !exchange(back)) return false;
  gone.forEach((finding, index) => {
    finding.start = changes[index].start;
  });
  return true;
}

function carried(change) {
  const field = document.querySelector("[data-copydesk-ignored]");
  const was = field.value;
  let pairs = [];
  try {
    pairs = JSON.parse(field.value || "[]");
  } catch {
    // A copy from elsewhere; it starts anew.
  }
  field.value = JSON.stringify(change(pairs));
  if (field.value !== was) field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function ignore(finding) {
  const { kind, text } = finding;
  const pair = [kind, text];
  const alike = findings.filter((other) => keyOf(other) === keyOf(finding));
  const without = (pairs) => pairs.filter((other) => String(other) !== String(pair));
  const carry = () => carried((pairs) => [...without(pairs), pair]);
  const values = [["ignored", JSON.stringify([pair])]];
  let sentence = put(words.ignored, text);
  if (!settings.ignore) carry();
  else {
    try {
      await send(settings.ignore, values);
    } catch {
      carry();
      sentence += ` ${words.notKept}`;
    }
  }
  settle(alike, sentence, async () => {
    carried(without);
    if (!settings.ignore) return true;
    return send(settings.ignore, [...values, ["back", "1"]]).then(() => true, () => false);
  });
}

async function callRight(finding) {
  const values = [["word", finding.text], ["kind", finding.kind]];
  const alike = findings.filter((other) => other.text.toLowerCase() === finding.text.toLowerCase());
  try {
    const answer = await send(settings.right, values);
    if (answer.refused) return say(answer.refused);
    const undo = () => send(settings.right, [...values, ["back", "1"]]).then(({ done }) => done, () => false);
    return settle(alike, answer.told, undo);
  } catch (error) {
    return say(sentenceFor(error));
  }
}

// Before a move

async function askBefore(button) {
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await look(PATIENCE_BEFORE_A_MOVE);
    const isNews = findings.some((finding) => !shown.has(keyOf(finding)));
    if (!answer || !isNews) return form.requestSubmit(button);
    asked = button;
    open();
    part("on").textContent = settings.asked[button.value];
    part("on").hidden = false;
    return present(answer);
  } catch {
    // No answer: the story goes on all the same.
    return form.requestSubmit(button);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

if (form && panel) {
  const bar = document.querySelector("[data-bar]");
  // On a narrow screen the list stands on the bar, which has one line or two.
  new ResizeObserver(() => panel.style.setProperty("--bar", `${bar.offsetHeight}px`)).observe(bar);
  const button = bar.querySelector("[data-copydesk-look]");
  button.addEventListener("click", (event) => {
    event.preventDefault();
    check();
  });
  part("again").addEventListener("click", check);
  part("close").addEventListener("click", close);
  part("on").addEventListener("click", () => form.requestSubmit(asked));
  form.addEventListener("click", (event) => {
    const move = event.target.closest("button[name=_move]");
    if (!move || !(move.value in settings.asked)) return;
    event.preventDefault();
    if (!move.hasAttribute("aria-busy")) askBefore(move);
  });
  // From the words back to the finding, and from the list back to the text.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    if (panel.contains(event.target)) close();
    else if (chosen) buttons.get(chosen)?.focus();
  });
}
