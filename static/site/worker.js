/*
 * Keeps the last stories that were read on this device for when there is no line, and nothing else.
 *
 * Where there is a line, every page comes from it. Before this file stands KEPT, written by
 * articles/views/installable.py: what there is, how much is kept, and the sentences. A story is kept in a
 * cache of its own with the pictures that it showed, so that it goes as a whole.
 */
const STORY = /^\/\d{4}\/\d\d\/\d\d\/[-\w]+\/$/;
const HASHED = /\.[0-9a-f]{8,}\.\w+$/; // named by its contents: under this name nothing else ever comes
const FILES = "files";
const PREFIX = "story ";
const DAY = 864e5;
const CHECKED = "/luring/diperiksa";

const pathOf = (address) => (address ? new URL(address).pathname : "");
const isNever = (path) => KEPT.never.some((one) => path.startsWith(one)) || KEPT.neverEnding.some((one) => path.endsWith(one));
const isTracking = (name) => KEPT.tracking.includes(name) || KEPT.trackingPrefixes.some((one) => name.startsWith(one));
const find = (request) => caches.match(request, { ignoreVary: true });
const said = (milliseconds) =>
  new Intl.DateTimeFormat(KEPT.language, { dateStyle: "long", timeStyle: "short" }).format(milliseconds);

addEventListener("install", (event) => {
  skipWaiting(); // it holds no pages of one version that another would break
  event.waitUntil(keepShell());
});

addEventListener("activate", (event) => event.waitUntil(begin()));

addEventListener("message", (event) => {
  if (event.data === "online") event.waitUntil(checkWhenBack());
  // The page that was open before this began, with what it had loaded.
  else if (Array.isArray(event.data)) event.waitUntil(keepOpen(pathOf(event.source?.url), event.data).catch(() => {}));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const from = pathOf(request.referrer);
  if (request.method !== "GET" || origin !== location.origin) return;
  // What the browser has asked for already is used, or it would ask twice.
  if (isNever(pathname)) return request.mode === "navigate" && event.respondWith(fetched(event));
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (isNever(from)) return;
  else if (pathname.startsWith("/static/") || pathname === KEPT.colours) event.respondWith(file(event, pathname));
  // Photos, and not the icon that the browser asks for by the way.
  else if (pathname.startsWith("/media/") && STORY.test(from)) event.respondWith(picture(event, from));
});

async function keepShell() {
  const cache = await caches.open(FILES);
  await cache.addAll([KEPT.page, ...KEPT.files].map((address) => new Request(address, { cache: "no-cache" })));
}

async function begin() {
  await registration.navigationPreload?.enable(); // no page waits until this file has started
  await clients.claim();
  const files = await caches.open(FILES);
  const old = (await files.keys()).slice(0, -KEPT.mostFiles);
  await Promise.all(old.map((request) => files.delete(request)));
  await keepShell();
}

const fetched = async (event) => (await event.preloadResponse) ?? fetch(event.request);

/** A page: from the line always, if there is one. */
async function page(event, path) {
  let answer;
  try {
    answer = await fetched(event);
  } catch {
    event.waitUntil(forgetChecked());
    return (await keptPage(path)) ?? offline(true);
  }
  if (path === KEPT.page) {
    if (answer.ok) await (await caches.open(FILES)).put(path, answer);
    return offline(false);
  }
  event.waitUntil(heard(event.request.url, answer.clone()).catch(() => {}));
  return answer;
}

async function heard(address, answer) {
  const { pathname, searchParams } = new URL(address);
  // A part of a story, or one of its forms, is not the story.
  if (STORY.test(pathname) && [...searchParams.keys()].every(isTracking)) await note(pathname, answer, Date.now());
  const last = await find(CHECKED);
  await check(!last || Date.now() - (await last.text()) > DAY);
}

/** Keeps what a story's address answered, or lets go of it; a fault of the server says nothing. */
async function note(path, answer, readAt) {
  const isPage = answer.status === 200 && !answer.redirected;
  if (!isPage && answer.status >= 500) return;
  if (!isPage) return caches.delete(PREFIX + path);
  const headers = new Headers(answer.headers);
  ["Content-Encoding", "Content-Length"].forEach((name) => headers.delete(name));
  headers.set("X-Kept", Date.now());
  headers.set("X-Read", readAt);
  const cache = await caches.open(PREFIX + path);
  await cache.put(path, new Response(await answer.blob(), { headers }));
  for (const one of (await kept()).slice(KEPT.most)) await caches.delete(one.name);
}

async function keepOpen(path, addresses) {
  if (!STORY.test(path)) return;
  await note(path, await fetch(path), Date.now());
  const pictures = addresses.filter((one) => new URL(one).origin === location.origin && pathOf(one).startsWith("/media/"));
  for (const one of pictures) await keepPicture(path, one, await fetch(one));
}

/** What may be shown, the last read first; what is too old goes. */
async function kept() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const path = name.slice(PREFIX.length);
    const answer = await caches.match(path, { cacheName: name, ignoreVary: true }); // to open it would make it anew
    const at = +answer?.headers.get("X-Kept");
    if (at && Date.now() - at < KEPT.days * DAY) found.push({ name, path, answer, at, read: +answer.headers.get("X-Read") });
    else if (at) await caches.delete(name);
  }
  return found.sort((one, other) => other.read - one.read);
}

/** Lets go of what was taken from the public; with `isWhole` each kept story is asked for anew, too. */
async function check(isWhole) {
  if (!(await kept()).length) return;
  const gone = await fetch(KEPT.gone, { cache: "no-cache" });
  if (!gone.ok) throw new Error(`${KEPT.gone}: ${gone.status}`);
  for (const path of await gone.json()) await caches.delete(PREFIX + path);
  if (!isWhole) return;
  for (const { path, answer, read } of await kept()) {
    const etag = answer.headers.get("ETag");
    const now = await fetch(path, { cache: "no-store", headers: etag ? { "If-None-Match": etag } : {} });
    if (now.status !== 304) await note(path, now, read);
  }
  const whole = (await kept()).map((one) => one.name);
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && !whole.includes(name)) await caches.delete(name);
  await (await caches.open(FILES)).put(CHECKED, new Response(Date.now()));
}

/** The line is back, or so the device says, whose first moments often fail: asked again, and else with the next page. */
async function checkWhenBack() {
  for (const seconds of [0, 1, 3, 9]) {
    await new Promise((go) => setTimeout(go, seconds * 1000));
    try {
      return await check(true);
    } catch {
      continue;
    }
  }
  await forgetChecked();
}

/** The next page that comes over a line lets everything be asked after: not every device says when its line is back. */
async function forgetChecked() {
  await (await caches.open(FILES)).delete(CHECKED);
}

async function file(event, path) {
  const found = await find(event.request);
  if (found && HASHED.test(path)) return found;
  try {
    const answer = await fetch(event.request);
    const copy = answer.ok && answer.clone();
    if (copy) event.waitUntil(caches.open(FILES).then((cache) => cache.put(event.request, copy)));
    return answer;
  } catch {
    return found ?? Response.error();
  }
}

async function picture(event, story) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keepPicture(story, event.request, answer.clone()).catch(() => {}));
    return answer;
  } catch {
    return (await find(event.request)) ?? Response.error();
  }
}

async function keepPicture(story, request, answer) {
  const cache = await caches.open(PREFIX + story);
  if (answer.ok && (await cache.keys()).length <= KEPT.mostPictures) await cache.put(request, answer);
}

/** A kept story, with a line above it that says of when it is. */
async function keptPage(path) {
  const one = (await kept()).find((story) => story.path === path);
  if (!one) return null;
  const note = `<p class="preview-note" role="status">${KEPT.saysKept.replace("{time}", () => said(one.at))}</p>`;
  const html = (await one.answer.text()).replace(/<aside class="breaking"[^]*?<\/aside>/, "").replace(/<main\b/, () => `${note}<main`);
  return new Response(html, { headers: one.answer.headers });
}

/** The page that says so, with what can be read. */
async function offline(isDown) {
  const shell = await find(KEPT.page);
  if (!shell) return Response.error();
  const lines = [];
  for (const { path, answer, at } of await kept()) {
    const title = /<h1\b[^>]*>([^]*?)<\/h1>/.exec(await answer.text())?.[1].replace(/<[^>]*>/g, "") ?? path;
    const when = KEPT.saysWhen.replace("{time}", () => said(at));
    lines.push(`<li><a class="headline" href="${path}">${title}</a><p class="where">${when}</p></li>`);
  }
  const html = (await shell.text())
    .replace("<!--state-->", () => (isDown ? `<p class="preview-note" role="status">${KEPT.saysOffline}</p>` : ""))
    .replace(/<!--kept-->[^]*<!--end-->/, (empty) => (lines.length ? `<ol class="lines kept">${lines.join("")}</ol>` : empty));
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": shell.headers.get("Content-Security-Policy") ?? "" } });
}
