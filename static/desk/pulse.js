// The form's line to the server. What comes back is a state, never an exception: "ok" with an answer, or
// "silent" (no answer, or none of ours), "signedOut", "somebodyElse", "later", "refused".

const PATIENCE = 10_000;
// What a browser sends of a page that is being closed, at most; and what is worth packing.
const LAST_WORD = 60_000;
const WORTH_PACKING = 2_000;

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

async function pack(text) {
  if (text.length < WORTH_PACKING || !("CompressionStream" in globalThis)) return null;
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(packed).arrayBuffer();
}

async function ask(url, options, hurry) {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), PATIENCE);
  hurry?.addEventListener("abort", () => giveUp.abort());
  try {
    const response = await fetch(url, { redirect: "manual", cache: "no-store", signal: giveUp.signal, ...options });
    // Who is signed out is sent to the sign-in page.
    if (response.type === "opaqueredirect") return { state: "signedOut" };
    const isOurs = response.headers.get("content-type")?.startsWith("application/json");
    // A page that some network puts in between is no answer, whatever it says.
    return { status: response.status, isOk: response.ok, answer: isOurs ? await response.json() : null };
  } catch {
    return { state: "silent" };
  } finally {
    clearTimeout(clock);
  }
}

// After somebody has signed in again, in another window, the form has the token of the session before.
async function renew(url, user) {
  const { state, answer } = await ask(url, { headers: { accept: "application/json" } });
  if (state) return state;
  if (!answer?.token) return "silent";
  if (String(answer.user) !== user) return "somebodyElse";
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = answer.token;
  return "";
}

function meaning({ state, status, isOk, answer }) {
  if (state) return { state };
  if (isOk && answer) return { state: "ok", answer };
  if (status === 409) return { state: "somebodyElse" };
  if (status === 429) return { state: "later" };
  if (status === 404 && answer) return { state: "gone", sentence: answer.error };
  if (status === 403) return { state: "forbidden" };
  if ((status === 400 || status === 413) && answer) return { state: "refused", sentence: answer.error };
  return { state: "silent" };
}

export class Line {
  constructor({ user, pulse }) {
    this.user = user;
    this.url = pulse;
  }

  async post(url, told, { isForm = false, isLast = false, hurry = null } = {}) {
    const text = isForm ? new URLSearchParams(told).toString() : JSON.stringify({ user: Number(this.user), ...told });
    const packed = isForm || isLast ? null : await pack(text).catch(() => null);
    if (isLast && text.length > LAST_WORD) return { state: "silent" };
    const send = () =>
      ask(
        url,
        {
          method: "POST",
          body: packed || text,
          keepalive: isLast || isForm,
          headers: {
            accept: "application/json",
            "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
            "x-csrftoken": token(),
            ...(packed && { "content-encoding": "gzip" }),
          },
        },
        hurry,
      );
    let found = await send();
    if (found.status === 403 && !isLast) {
      const state = await renew(this.url, this.user);
      if (state) return { state };
      found = await send();
    }
    return meaning(found);
  }

  pulse(told, options) {
    return this.post(this.url, told, options);
  }
}
