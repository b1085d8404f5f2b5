// Nothing that is typed into a story is lost: within seconds it is kept on the server, and always on this
// device until the server has saved it. An expired session, a lost connection, a closed tab or a wrong tap must
// not cost anybody a text.
//
// The server prints a name for each form that it opens (`tab`). The form numbers what is written in it, with a number
// that never goes back (`written`): so an answer that was lost, a request that came twice or late, and a text that
// was sent by another window change nothing. "Kept" is only said when the server has said so.

import { countRows, form, restore, same, snapshot } from "./kept_form.js";
import * as here from "./kept_here.js";
import { offer } from "./kept_offers.js";
import { Held } from "./kept_send.js";
import { show, showChanged, showOthers } from "./kept_state.js";
import { Line } from "./pulse.js";

const PAUSE = 500;
// Kept within three seconds of the last key, and now and then in the midst of typing that never pauses.
const QUIET = 1_000;
const LONGEST_WAIT = 4_000;
const SILENCE = 3_000;
const BEAT = 20_000;
// A browser lets a hidden page speak about once a minute anyway.
const HIDDEN_BEAT = 55_000;
const LONGEST_BACK_OFF = 30_000;
// After this a save that still shows this page has most likely given up; see story.js.
const PATIENCE_WITH_A_SAVE = 12_000;

const place = document.querySelector("[data-keep]");
const user = place?.dataset.user || "";
const newName = () =>
  crypto.randomUUID?.() ||
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16),
  );

// What the server saved of this session's forms, and what this device has that the server has not.

function learn() {
  for (const saved of place.dataset.saved.split(" ").filter(Boolean)) {
    const [tab, written] = saved.split(":");
    here.setDone(user, tab, Number(written));
  }
  here.sweep(user, Number(place.dataset.days));
}

async function sendWaiting(line, own) {
  for (const copy of here.copies(here.prefixOf(user))) {
    if (copy.kept || copy.refused || !copy.written || copy.tab === own || here.isDone(user, copy.tab, copy.written)) continue;
    const { tab, article, story, seen, written, values, key } = copy;
    const { state } = await line.pulse({ tab, article, story, seen_version: seen, written, values });
    if (state === "ok") here.confirm(key, written);
    else if (state === "refused") here.keep(key, { ...copy, refused: true });
    else return;
  }
}

class KeptForm {
  constructor(line, settings) {
    Object.assign(this, { line, settings, words: settings.words });
    this.tab = form.elements.tab?.defaultValue || newName();
    form.elements.tab.value = this.tab;
    // Of a form that came back with errors, what was sent is not saved.
    this.written = Number(form.elements.written.defaultValue) || 0;
    this.cameBack = this.written > 0;
    this.path = here.prefixOf(user, location.pathname);
    this.key = this.path + this.tab;
    this.served = snapshot(true);
    this.last = null;
    this.now = null;
    this.kept = 0;
    this.isHere = true;
    this.failures = 0;
    this.since = 0;
    this.isSent = false;
    this.held = new Held();
  }

  get isWaiting() {
    return Boolean(this.now) && this.now.written > this.kept;
  }

  // What is typed

  settle() {
    if (this.last) return;
    countRows();
    this.last = snapshot();
  }

  copyOf(values, more = {}) {
    const seen = Number(values.fields.seen_version) || 0;
    const { article, story } = this.settings;
    return { at: Date.now(), written: this.written, article, story, seen, values, kept: false, ...more };
  }

  write(isForced = false) {
    clearTimeout(this.pause);
    this.pause = 0;
    const values = snapshot();
    if (!isForced && (!this.last || same(values, this.last))) return;
    this.last = values;
    if (same(values, this.served) && !this.cameBack) return this.takeNothing();
    this.written = Math.max(this.written + 1, Date.now());
    this.now = { written: this.written, values };
    this.since ||= Date.now();
    this.isHere = here.keep(this.key, this.copyOf(values));
    here.sweep(user, Number(place.dataset.days));
    // Who writes on is not taken away from it when the line is back.
    if (this.held.letGo()) this.trouble = "silent";
    if (this.trouble) this.tell(this.trouble);
    else show("unsaved", this.words);
    this.plan(Math.max(0, Math.min(QUIET, this.since + LONGEST_WAIT - Date.now())));
  }

  // The form is again what the server sent: there is nothing to keep.
  takeNothing() {
    if (!this.now) return;
    this.retire({ tab: this.tab, written: this.written, key: this.key });
    this.now = null;
    this.since = 0;
  }

  // The line to the server

  plan(wait) {
    clearTimeout(this.next);
    this.next = setTimeout(() => this.beat(), wait);
  }

  told() {
    const { article, story } = this.settings;
    return { tab: this.tab, article, story, seen_version: Number(form.elements.seen_version?.value) || 0, is_here: true };
  }

  async beat({ isUrgent = false } = {}) {
    if (this.isSent || this.hasLeft) return;
    if (this.underWay) {
      // The line is back, or the phone was asleep: what hangs since is not waited for.
      if (isUrgent) {
        this.isHurried = true;
        this.underWay.abort();
      }
      return;
    }
    clearTimeout(this.next);
    const sent = this.isWaiting ? this.now : null;
    this.underWay = new AbortController();
    const slow = setTimeout(() => sent && this.tell("silent"), SILENCE);
    const found = await this.line.pulse({ ...this.told(), ...sent }, { hurry: this.underWay.signal });
    clearTimeout(slow);
    this.underWay = null;
    if (this.isSent) return;
    // What was broken off here says nothing of the line.
    if (!this.isHurried) this.isDown = found.state === "silent";
    if (found.state === "ok") this.answered(found.answer, sent);
    else this.unanswered(found, sent);
    if (found.state === "ok") this.held.send();
    else if (!this.isDown) this.held.letGo();
  }

  answered(answer, sent) {
    this.failures = 0;
    this.trouble = null;
    showOthers(answer.others, this.words);
    showChanged(answer.closed || answer.changed);
    if (sent) {
      this.kept = Math.max(this.kept, sent.written);
      here.confirm(this.key, sent.written);
      this.clock = answer.kept_at ? answer.clock : "";
    }
    if (this.isWaiting) return this.plan(QUIET);
    this.since = 0;
    if (this.now && this.now.written === this.refused) this.tell("refused");
    else if (this.now) show(this.clock ? "kept" : "unsaved", this.words, { clock: this.clock });
    if (!this.hasSentWaiting) {
      this.hasSentWaiting = true;
      sendWaiting(this.line, this.tab);
    }
    return this.plan(document.hidden ? HIDDEN_BEAT : BEAT);
  }

  unanswered(found, sent) {
    if (found.state === "later") return this.plan(QUIET * 5);
    if (this.isHurried) {
      this.isHurried = false;
      return this.plan(0);
    }
    this.failures += 1;
    this.trouble = found.state;
    this.sentence = found.sentence;
    // What the server will not have is not sent again; what is typed next may fit.
    if (found.state === "refused" && sent) this.kept = this.refused = sent.written;
    if (this.now) this.tell(found.state);
    const wait = Math.min(this.held.button ? QUIET * 4 : LONGEST_BACK_OFF, QUIET * 2 ** this.failures);
    return this.plan(this.now || this.held.button ? wait : BEAT);
  }

  tell(state) {
    this.trouble = state;
    show(state === "silent" && this.held.button ? "held" : state, this.words, { sentence: this.sentence, login: place.dataset.login, isHere: this.isHere });
  }

  leave() {
    if (!this.isSent) this.write();
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.underWay?.abort();
    const text = this.isWaiting && !this.isSent ? this.now : null;
    const told = { ...this.told(), is_here: false, leaves: true };
    this.line.pulse({ ...told, ...text }, { isLast: true }).then(({ state }) => {
      if (state === "silent" && text) this.line.pulse(told, { isLast: true });
    });
  }

  // The first press into a line that is down stays here: the browser's error page would take the story's place.
  hold(event) {
    if (event.defaultPrevented || (event.submitter?.formTarget || "_self") !== "_self") return;
    if (!this.isDown && navigator.onLine) return;
    this.write();
    if (!this.held.takes(event)) return;
    this.tell("silent");
    this.beat({ isUrgent: true });
  }

  // Texts that were kept before

  // Its text is in this form now, or nobody wants it: it is offered no more, here or elsewhere.
  retire({ tab, written, key }) {
    if (key) here.drop(key);
    here.setDone(user, tab, written);
    const url = `${this.settings.kept.replace("00000000-0000-0000-0000-000000000000", tab)}discard/`;
    return this.line.post(url, { written }, { isForm: true });
  }

  adopt(copy) {
    this.write(true);
    this.retire(copy);
  }

  // What stands in the form, kept as a text of its own before another takes its place.
  async park() {
    if (!this.last || (same(this.last, this.served) && !this.cameBack)) return true;
    const tab = newName();
    const copy = this.copyOf(this.last, { written: Date.now() });
    const isKeptHere = here.keep(this.path + tab, copy);
    const { article, story, seen, written, values } = copy;
    const sending = this.line.pulse({ tab, article, story, seen_version: seen, written, values });
    if (!isKeptHere && (await sending).state !== "ok") {
      this.isHere = false;
      this.tell("silent");
      return false;
    }
    if (isKeptHere) sending.then(({ state }) => state === "ok" && here.confirm(this.path + tab, written));
    this.offer({ ...copy, tab, key: this.path + tab }, "before", true);
    return true;
  }

  async takeBack(copy) {
    this.write();
    if (!(await this.park())) return false;
    this.put(copy);
    form.scrollIntoView();
    return true;
  }

  put(copy) {
    restore(copy.values);
    this.write(true);
    // What could not be put in is not given up: it is offered again the next time.
    if (same(snapshot(), copy.values) && (this.isHere || !this.isWaiting)) this.retire(copy);
  }

  offer(copy, where, isFirst = false) {
    offer(copy, {
      where,
      isFirst,
      words: this.words,
      ask: async ({ tab, values }, before) => {
        const told = { ...this.told(), tab, before, ...(values && { after: values }) };
        const { state, answer } = await this.line.post(this.settings.compare, told);
        return state === "ok" ? answer : null;
      },
      take: (chosen) => this.takeBack(chosen),
      giveUp: (chosen) => this.retire(chosen),
    });
  }

  // After "Back" the browser puts back most fields, but not those without its completion, nor
  // added rows. Where nothing else stands in the form, the rest of the same text follows.
  isRestOf({ fields }) {
    const { last, served } = this;
    const fits = (key) => [fields, served.fields].some((one) => same(one[key], last.fields[key]));
    return !same(last.fields, served.fields) && Object.keys(fields).every(fits);
  }

  lookBack() {
    const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    const found = [];
    const offered = new Map(this.settings.offered.map((one) => [one.tab, one]));
    for (const copy of here.copies(this.path)) {
      if (copy.tab === this.tab) continue;
      const there = offered.get(copy.tab);
      // Another device went on with it.
      if (there && there.written > (copy.written || 0)) continue;
      offered.delete(copy.tab);
      if (same(copy.values, this.last)) this.adopt(copy);
      else if (same(copy.values, this.served)) this.retire(copy);
      else if (isBack && this.isRestOf(copy.values)) this.put(copy);
      else {
        // The server has just this text too: its clock is the one that the newsroom goes by.
        const isThere = there && there.written === copy.written;
        found.push([{ ...copy, time: isThere && there.time }, there?.isOpen ? "open" : isThere ? "server" : "device"]);
      }
    }
    for (const there of offered.values()) {
      if (here.isDone(user, there.tab, there.written)) this.retire(there);
      else found.push([there, there.isOpen ? "open" : "server"]);
    }
    // The newest first, wherever it is kept.
    found.sort(([a], [b]) => (b.written || b.at) - (a.written || a.at));
    for (const [copy, where] of found) this.offer(copy, where);
  }

  start() {
    for (const kind of ["keydown", "pointerdown"]) {
      addEventListener(kind, () => this.settle(), { capture: true, once: true });
    }
    for (const kind of ["input", "change", "rows:changed", "focusout"]) {
      form.addEventListener(kind, () => {
        // Also in the midst of typing that never pauses.
        this.pause ||= setTimeout(() => this.write(), PAUSE);
      });
    }
    // Before the others take the form for sent.
    form.addEventListener("submit", (event) => this.hold(event), { capture: true });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || (event.submitter?.formTarget || "_self") !== "_self") return;
      this.write(true);
      form.elements.written.value = this.written;
      // Nothing of ours stands in the way of the save itself.
      this.isSent = true;
      this.underWay?.abort();
      clearTimeout(this.next);
      // Stopped, or the line is gone: the page is still here, and so is what is typed in it.
      setTimeout(() => this.wake(), PATIENCE_WITH_A_SAVE);
    });
    addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.write();
      this.beat({ isUrgent: !document.hidden });
    });
    for (const kind of ["online", "focus"]) addEventListener(kind, () => this.beat({ isUrgent: kind === "online" }));
    addEventListener("pageshow", (event) => {
      if (event.persisted) return this.wake();
      this.settle();
      this.lookBack();
      if (this.cameBack) this.write(true);
      return this.plan(0);
    });
  }

  wake() {
    this.isSent = this.hasLeft = false;
    this.plan(0);
  }
}

if (place) {
  learn();
  const line = new Line(place.dataset);
  if (form) new KeptForm(line, JSON.parse(place.dataset.settings)).start();
  else sendWaiting(line, "");
}
