// Entries of live coverage from a phone in a hall. "Send" puts an entry into an outbox on this device and empties the
// form at once; it leaves the outbox when the server has said that the entry is there. The server knows it by the
// name that it got here, so whatever is sent again is the same entry. What is being typed is kept here too.
//
// Where nothing can be written any more there is no form; what this device still keeps is shown all the same.

import { Line } from "./pulse.js";
import { Uploads, isPossible } from "./uploads.js";

const SOON = 2_000;
const LONGEST = 30_000;

const form = document.querySelector("[data-live-form]");
const outbox = document.querySelector("[data-live-outbox]");

const newKey = () =>
  crypto.randomUUID?.() ||
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16),
  );

function store(run) {
  try {
    return run(localStorage);
  } catch {
    return null;
  }
}

const read = (key) => store((storage) => JSON.parse(storage.getItem(key))) || null;
// Whether it is kept now.
const write = (key, value) => {
  const text = JSON.stringify(value);
  return store((storage) => (storage.setItem(key, text), storage.getItem(key) === text)) === true;
};

const element = (name, more = {}) => Object.assign(document.createElement(name), more);

class Desk {
  constructor() {
    const { user, story, words, whyNot } = outbox.dataset;
    this.words = JSON.parse(words);
    this.whyNot = whyNot;
    this.prefix = `live-entry:${user}:${story}:`;
    this.draftKey = `live-draft:${user}:${story}`;
    this.waiting = new Map();
    if (!form) return;
    this.line = new Line(form.dataset);
    this.said = form.querySelector("[data-live-said]");
    this.photoState = form.querySelector("[data-photo-state]");
    this.rows = document.querySelector("[data-live-rows]");
    this.uploads = isPossible ? new Uploads(form.dataset) : null;
    this.failures = 0;
    this.upload = null;
  }

  // What is typed

  fields() {
    const values = {};
    for (const field of form.elements) {
      if (!field.name || field.type === "file" || /^(csrf|key$|waited$)/.test(field.name)) continue;
      values[field.name] = field.value;
    }
    return values;
  }

  isTouched(values) {
    return ["text", "title", "caption", "photo"].some((name) => values[name].trim());
  }

  keepDraft() {
    const values = this.fields();
    if (this.isTouched(values)) write(this.draftKey, values);
    else store((storage) => storage.removeItem(this.draftKey));
  }

  fill(values) {
    for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
    const isMore = ["title", "photo", "caption", "happened_at"].some((name) => values[name]);
    if (isMore) form.querySelector("details").open = true;
  }

  empty() {
    const { author, credit, place } = this.fields();
    form.reset();
    // Who writes, and where, stays from one entry to the next.
    this.fill({ author, credit, place, photo: "" });
    form.querySelector("details").open = false;
    this.showPhoto("");
    this.upload = null;
    store((storage) => storage.removeItem(this.draftKey));
  }

  // The photo goes ahead by itself

  showPhoto(text) {
    this.photoState.textContent = text;
    this.photoState.hidden = !text;
  }

  choosePhoto(input) {
    this.upload?.job.cancel();
    this.upload = null;
    form.elements.photo.value = "";
    const [file] = input.files;
    this.showPhoto("");
    if (!file || !this.uploads) return;
    const upload = { isDone: false, photo: "", refusal: "", key: "" };
    this.upload = upload;
    const mine = (text) => this.upload === upload && this.showPhoto(text);
    upload.job = this.uploads.add(file, (what, value) => {
      if (what === "progress") mine(this.words.photoSending.replace("%s", Math.round((100 * value) / file.size)));
      else if (["lost", "signedOut", "held"].includes(what)) mine(this.words.photoWaits);
      else if (what === "done") {
        Object.assign(upload, { isDone: true, photo: String(value.photo) });
        mine(this.words.photoSent);
        if (this.upload === upload) form.elements.photo.value = upload.photo;
      } else if (what === "refused" || what === "stopped") {
        upload.refusal = what === "refused" ? value : this.words.photoLost;
        mine(upload.refusal);
      } else return undefined;
      if (upload.key) this.photoCame(upload);
      return undefined;
    });
  }

  /** The entry waits for the photo that is on its way from the form. */
  hangOn(item) {
    const { upload } = this;
    if (!upload || upload.isDone) return;
    Object.assign(item, { photoWay: upload.refusal ? "lost" : "sending", upload });
    upload.key = item.key;
  }

  photoCame({ key, isDone, photo, refusal }) {
    const item = this.waiting.get(key);
    if (!item || (!isDone && !refusal)) return;
    item.photoWay = isDone ? "" : "lost";
    if (isDone) item.values.photo = photo;
    this.keep(item);
    this.draw(item);
    this.plan(0);
  }

  // The outbox

  keep(item) {
    const { key, at, values, photoWay, refusal } = item;
    item.isKept = write(this.prefix + key, { key, at, values, photoWay, refusal });
  }

  drop(item) {
    store((storage) => storage.removeItem(this.prefix + item.key));
    this.waiting.delete(item.key);
    item.row?.remove();
  }

  send(event) {
    event.preventDefault();
    const values = this.fields();
    if (!values.text.trim()) {
      form.elements.text.focus();
      return;
    }
    const item = { key: newKey(), at: Date.now(), values, photoWay: "", refusal: "" };
    this.hangOn(item);
    this.keep(item);
    this.waiting.set(item.key, item);
    this.said.textContent = "";
    this.empty();
    this.draw(item);
    this.plan(0);
  }

  plan(wait) {
    clearTimeout(this.next);
    this.next = setTimeout(() => this.sendAll(), wait);
  }

  async sendAll() {
    // What was written meanwhile is not among those that are being sent.
    this.isAskedAgain = this.isSending;
    if (this.isSending) return;
    this.isSending = true;
    let wait = 0;
    try {
      // In the order in which they were written.
      for (const item of [...this.waiting.values()].sort((a, b) => a.at - b.at)) {
        if (item.refusal || item.photoWay || item.isHeld) continue;
        if (this.isGone(item)) {
          this.drop(item);
          continue;
        }
        item.says = this.words.sending;
        this.draw(item);
        const told = { ...item.values, key: item.key, waited: Math.max(0, (Date.now() - item.at) / 1000) };
        const found = await this.line.post(location.pathname, told, { isForm: true });
        if (!this.heard(item, found)) {
          this.failures += 1;
          wait = Math.min(LONGEST, SOON * 2 ** this.failures);
          break;
        }
        this.failures = 0;
      }
    } finally {
      this.isSending = false;
      if (wait) this.plan(wait);
      else if (this.isAskedAgain) this.plan(0);
    }
  }

  /** Whether another window has sent, discarded or taken back what was kept. */
  isGone({ key, isKept }) {
    return isKept && store((storage) => storage.getItem(this.prefix + key) === null) === true;
  }

  /** Whether the line answered, so that the next entry can be tried. */
  heard(item, { state, answer, sentence }) {
    if (state === "ok") {
      this.drop(item);
      this.show(answer);
      return true;
    }
    if (state === "refused") item.refusal = sentence;
    else if (state === "signedOut") item.says = this.words.signedOut;
    else if (state === "somebodyElse") item.says = this.words.somebodyElse;
    else if (state === "forbidden") item.says = this.words.forbidden;
    else item.says = item.isKept ? this.words.waiting : this.words.nowhere;
    item.isSignedOut = state === "signedOut";
    item.isHeld = state === "forbidden" || state === "somebodyElse";
    if (state === "refused") this.keep(item);
    this.draw(item);
    return state === "refused" || item.isHeld;
  }

  show({ number, html }) {
    this.said.textContent = this.words.sent;
    if (!this.rows || document.getElementById(`entri-${number}`)) return;
    this.rows.querySelector("[data-live-none]")?.remove();
    this.rows.insertAdjacentHTML("afterbegin", html);
  }

  draw(item) {
    item.row ||= outbox.appendChild(element("li"));
    const { row, values } = item;
    row.classList.toggle("is-refused", Boolean(item.refusal));
    const whyNot = this.whyNot && this.words.notSent.replace("%s", this.whyNot);
    const says = whyNot || item.refusal || { lost: this.words.photoLost, sending: this.words.photoWaits }[item.photoWay] || item.says || this.words.waiting;
    const buttons = element("div", { className: "panel-buttons" });
    const button = (text, act) => {
      const one = element("button", { type: "button", className: "button-quiet", textContent: text });
      one.addEventListener("click", act);
      buttons.append(one);
    };
    const discard = () => button(this.words.discard, () => confirm(this.words.discardAsk) && this.drop(item));
    const text = element("p", { textContent: [values.title, values.text].filter(Boolean).join("\n") });
    row.replaceChildren(text, element("p", { role: "status", textContent: says }), buttons);
    if (!form) {
      discard();
      return;
    }
    if (item.isSignedOut) buttons.append(element("a", { className: "button-quiet", href: form.dataset.login, textContent: this.words.signIn }));
    if (item.photoWay) button(this.words.withoutPhoto, () => this.goWithoutPhoto(item));
    else if (!item.refusal) button(this.words.again, () => this.goNow(item));
    if (item.refusal || item.photoWay === "lost") button(this.words.back, () => this.takeBack(item));
    if (item.refusal || item.isHeld) discard();
  }

  goNow(item) {
    item.isHeld = false;
    this.plan(0);
  }

  goWithoutPhoto(item) {
    item.upload?.job.cancel();
    Object.assign(item, { upload: null, photoWay: "", values: { ...item.values, photo: "", caption: "" } });
    this.keep(item);
    this.draw(item);
    this.plan(0);
  }

  /** Into the form, to be mended; what stands there becomes an entry that waits to be taken back in its turn. */
  takeBack(item) {
    const values = this.fields();
    if (this.isTouched(values) || (this.upload && !this.upload.refusal)) {
      const other = { key: newKey(), at: Date.now(), values, photoWay: "", refusal: this.words.draft };
      this.hangOn(other);
      this.keep(other);
      this.waiting.set(other.key, other);
      this.draw(other);
    }
    // Each keeps its own photo, also one that is still on its way.
    this.upload = item.upload && !item.upload.isDone ? item.upload : null;
    if (this.upload) this.upload.key = "";
    form.elements.file.value = "";
    this.showPhoto({ lost: this.words.photoLost, sending: this.words.photoWaits }[item.photoWay] || (item.values.photo && this.words.photoSent));
    this.fill(item.values);
    this.keepDraft();
    this.drop(item);
    this.said.textContent = item.refusal;
    form.elements.text.focus();
  }

  start() {
    if (form) this.listen();
    const kept = this.readKept();
    if (!form) return;
    const draft = read(this.draftKey);
    if (draft && !form.elements.text.value) {
      this.fill(draft);
      this.said.textContent = this.words.draft;
    }
    if (kept.length) this.plan(0);
  }

  listen() {
    form.addEventListener("submit", (event) => this.send(event));
    form.addEventListener("input", () => this.keepDraft());
    form.elements.file.addEventListener("change", (event) => this.choosePhoto(event.target));
    for (const kind of ["online", "focus"]) addEventListener(kind, () => this.waiting.size && this.plan(0));
    document.addEventListener("visibilitychange", () => !document.hidden && this.waiting.size && this.plan(0));
  }

  readKept() {
    const keys = store((storage) => Object.keys(storage).filter((key) => key.startsWith(this.prefix))) || [];
    const kept = keys.map(read).filter(Boolean).sort((a, b) => a.at - b.at);
    for (const item of kept) {
      // The file of a photo that was on its way is not kept with a page.
      if (item.photoWay === "sending") item.photoWay = "lost";
      item.isKept = true;
      this.waiting.set(item.key, item);
      this.draw(item);
    }
    return kept;
  }
}

if (outbox) new Desk().start();
