// Files to the server in pieces, from a phone whose line drops: each goes on where it stopped, also in
// another tab or on another day, because the server knows it by the SHA-256 of its contents.
//
// A file that the server has already is not sent again. Nothing here knows the form; see photos.js.

const AT_ONCE = 2;
const LEAST_PIECE = 64 * 1024;
const FIRST_PIECE = 256 * 1024;
const MOST_PIECE = 4 * 1024 * 1024;
// A piece should take about so long: short enough to lose little, long enough not to be all waiting.
const GOAL = 4_000;
// Without a byte for so long the line is dead, whatever the browser believes.
const STALLED = 30_000;
const LONGEST_PAUSE = 15_000;
// Until a file that has arrived is offered again to a server that could not take it: each time it reads all of it.
const FIRST_HOLD = 2_000;
const LONGEST_HOLD = 30_000;
// What is larger is refused by the server unread; its digest would only cost the phone its memory.
const NEVER_READ = 64 * 1024 * 1024;
const MOST_FAULTS = 4;

// Without a secure connection browsers have no digest: the form then sends its files as ever.
export const isPossible = Boolean(globalThis.crypto?.subtle);

// A reason to stop that only a person can do away with; photos.js has the words for it.
class Stopped extends Error {}
class SignedOut extends Error {}
class Lost extends Error {}

async function digestOf(file) {
  if (file.size > NEVER_READ) return "0".repeat(64);
  const bytes = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Until the time is over, or the line is back, or the person is.
function pause(milliseconds) {
  return new Promise((resolve) => {
    const go = () => {
      if (document.hidden) return;
      clearTimeout(timer);
      removeEventListener("online", go);
      document.removeEventListener("visibilitychange", go);
      resolve();
    };
    const timer = setTimeout(() => {
      removeEventListener("online", go);
      document.removeEventListener("visibilitychange", go);
      resolve();
    }, milliseconds);
    addEventListener("online", go);
    document.addEventListener("visibilitychange", go);
  });
}

// One piece. Not `fetch`: it does not say how much of a body has left.
function post(url, piece, token, job) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED);
    };
    const end = (settle, value) => {
      clearTimeout(watch);
      job.request = null;
      settle(value);
    };
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      alive();
      job.tell("progress", job.offset + event.loaded);
    });
    // Reading a large picture takes the server its time.
    request.upload.addEventListener("load", () => {
      alive();
      if (job.offset + piece.size === job.file.size) job.tell("finishing");
    });
    request.addEventListener("load", () => end(resolve, request));
    for (const kind of ["error", "abort"]) {
      request.addEventListener(kind, () => end(reject, new Lost()));
    }
    job.request = request;
    alive();
    request.send(piece);
  });
}

function answerOf(request) {
  if (request.status === 403) return { isStale: true };
  if (request.getResponseHeader("Content-Type")?.startsWith("application/json")) {
    const told = JSON.parse(request.responseText);
    // The database is away, or a disk is full: it passes, and the file is none that was refused.
    if (request.status === 503 && !told.busy) return { isLost: true };
    return { status: request.status, ...told };
  }
  if (request.status === 200) throw new SignedOut();
  return { isFault: request.status === 500, isLost: true };
}

export class Uploads {
  #url;
  #user;
  #token = "";
  #queue = [];
  #running = 0;
  #piece = FIRST_PIECE;
  #lock = null;

  // `url` has DIGEST where the digest stands.
  constructor({ url, user }) {
    this.#url = url;
    this.#user = Number(user);
  }

  // `tell(what, value)` hears of the file: "named" with its digest (answering false gives it up),
  // "progress" with bytes, "finishing", "held" (the server has all of it and cannot keep it yet), "lost", "signedOut", and at last one of "done" with the
  // photo's card, "refused" with a sentence, or "stopped" with the name of a sentence.
  add(file, tell) {
    const job = { file, digest: "", offset: 0, faults: 0, hold: FIRST_HOLD, request: null, isGone: false };
    job.tell = (what, value) => (job.isGone ? false : tell(what, value));
    job.cancel = () => {
      job.isGone = true;
      job.request?.abort();
    };
    this.#queue.push(job);
    this.#next();
    return job;
  }

  // What the server knows of a file; its card if it is a photo already.
  async known(digest, size = 0) {
    let response;
    try {
      response = await fetch(`${this.#url.replace("DIGEST", digest)}?size=${size}`, {
        headers: { Accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(STALLED),
      });
    } catch {
      throw new Lost();
    }
    if (response.type === "opaqueredirect") throw new SignedOut();
    if (response.status === 403) throw new Stopped("forbidden");
    if (!response.ok) throw new Lost();
    const state = await response.json().catch(() => {
      throw new Lost();
    });
    if (state.user !== this.#user) throw new Stopped("otherUser");
    this.#token = state.token;
    return state;
  }

  async #next() {
    if (this.#running >= AT_ONCE || !this.#queue.length) return;
    this.#running += 1;
    this.#stayAwake();
    const job = this.#queue.shift();
    try {
      if (!job.isGone) await this.#run(job);
    } finally {
      this.#running -= 1;
      if (this.#running || this.#queue.length) this.#next();
      else this.#sleep();
    }
  }

  async #run(job) {
    try {
      job.digest = await digestOf(job.file);
    } catch {
      return job.tell("stopped", "unreadable");
    }
    if (job.tell("named", job.digest) === false) return job.cancel();
    let wait = 1_000;
    while (!job.isGone) {
      const before = job.offset;
      try {
        const state = await this.known(job.digest, job.file.size);
        if (await this.#go(job, state)) return null;
      } catch (error) {
        if (error instanceof Stopped) return job.tell("stopped", error.message);
        if (!(error instanceof SignedOut || error instanceof Lost)) return job.tell("stopped", "failed");
        job.tell(error instanceof SignedOut ? "signedOut" : "lost");
        this.#piece = Math.max(LEAST_PIECE, this.#piece / 2);
        if (job.offset > before) wait = 1_000;
        if (!job.isGone) await pause(wait);
        wait = Math.min(LONGEST_PAUSE, wait * 2);
      }
    }
    return null;
  }

  // True once there is nothing left to do. From any disagreement one asks the server anew.
  async #go(job, state) {
    let answer = state;
    for (;;) {
      if (job.isGone) return true;
      if (answer.photo) return job.tell("done", answer) ?? true;
      if (answer.refused) return job.tell("refused", answer.refused) ?? true;
      if (answer.error) return job.tell("refused", answer.error) ?? true;
      job.offset = answer.offset;
      job.tell("progress", job.offset);
      answer = await this.#sendOne(job);
      if (answer.isStale || answer.isFault || answer.damaged) {
        job.faults += 1;
        if (job.faults >= MOST_FAULTS) throw new Stopped(answer.isStale ? "forbidden" : "failed");
      }
      if (answer.busy) {
        if (answer.reason === "not_kept") job.tell("held");
        await pause(job.hold);
        job.hold = Math.min(LONGEST_HOLD, job.hold * 2);
      } else if (answer.isFault) await pause(FIRST_HOLD);
      else if (answer.isLost) throw new Lost();
      if (answer.isStale || answer.isFault || answer.busy || answer.status === 409) return false;
    }
  }

  async #sendOne(job) {
    const piece = job.file.slice(job.offset, job.offset + this.#piece);
    const started = performance.now();
    const url = `${this.#url.replace("DIGEST", job.digest)}?size=${job.file.size}&offset=${job.offset}`;
    let bytes;
    try {
      // Read here, so that a file that is gone is not taken for a line that is.
      bytes = await piece.arrayBuffer();
    } catch {
      throw new Stopped("unreadable");
    }
    const answer = answerOf(await post(url, new Blob([bytes]), this.#token, job));
    const took = Math.max(50, performance.now() - started);
    if (answer.offset > job.offset) {
      const fitting = Math.min(this.#piece * 2, (piece.size * GOAL) / took);
      this.#piece = Math.round(Math.min(MOST_PIECE, Math.max(LEAST_PIECE, fitting)));
    }
    return answer;
  }

  // A phone that falls asleep stops sending: while something is under way its screen stays on.
  async #stayAwake() {
    if (this.#lock || document.hidden) return;
    try {
      this.#lock = await navigator.wakeLock?.request("screen");
      this.#lock?.addEventListener("release", () => (this.#lock = null));
      if (!this.#running) this.#sleep();
    } catch {
      this.#lock = null;
    }
  }

  #sleep() {
    this.#lock?.release();
    this.#lock = null;
  }
}
