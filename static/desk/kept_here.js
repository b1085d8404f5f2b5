// What this device keeps of texts that were typed and not saved: one copy for each open form, under the
// person and the address that it belongs to. Two people on one phone never see each other's.

const PREFIX = "desk-kept:";
const DONE = "desk-done:";
const MOST = 10;
// Of texts that the server has not: nowhere else are they.
const MOST_UNCONFIRMED = 60;
const DONE_KNOWN = 40;
const DAY = 24 * 60 * 60 * 1000;

function store(run) {
  try {
    return run(localStorage);
  } catch {
    // A private window, or no room left: the form works as if nothing were kept here.
    return null;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const prefixOf = (user, path = "") => `${PREFIX}${user}:${path && `${path}:`}`;

// Copies whose key begins so, newest first; each with its key and the name of its form.
export function copies(prefix) {
  const found = store((storage) =>
    Object.keys(storage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ ...parsed(storage.getItem(key)), key, tab: key.split(":").at(-1) }))
      .filter((copy) => copy.values)
      .sort((a, b) => b.at - a.at),
  );
  return found || [];
}

export const drop = (key) => store((storage) => storage.removeItem(key));

// Whether the copy is kept now. Where there is no room, copies that the server has too make some.
export function keep(key, copy) {
  const text = JSON.stringify(copy);
  const write = () => store((storage) => (storage.setItem(key, text), storage.getItem(key) === text));
  if (write()) return true;
  const spare = copies(PREFIX).filter((one) => one.kept && one.key !== key);
  while (spare.length) {
    drop(spare.pop().key);
    if (write()) return true;
  }
  return false;
}

// The server has this copy too, as long as nothing was written since.
export function confirm(key, written) {
  const copy = store((storage) => parsed(storage.getItem(key)));
  if (copy && copy.written <= written) keep(key, { ...copy, kept: true });
}

// Forms that were saved, or whose text was given up, up to a number: [[tab, written], …]
export function done(user) {
  return store((storage) => parsed(storage.getItem(DONE + user))) || [];
}

export function isDone(user, tab, written) {
  return done(user).some(([one, number]) => one === tab && written <= number);
}

export function setDone(user, tab, written) {
  const others = done(user).filter(([one]) => one !== tab);
  const list = [...others, [tab, written]].slice(-DONE_KNOWN);
  store((storage) => storage.setItem(DONE + user, JSON.stringify(list)));
}

// Let go of what was saved, of what is old, and of more than a few for each person: of the oldest that the server
// has too. What it has not goes only where there is very much of it.
export function sweep(user, days) {
  const counts = new Map();
  for (const { key, at, tab, written, kept } of copies(PREFIX)) {
    const owner = key.split(":")[1];
    const count = (counts.get(owner) || 0) + 1;
    const isSaved = owner === user && isDone(user, tab, written || 0);
    const most = kept ? MOST : MOST_UNCONFIRMED;
    if (isSaved || count > most || Date.now() - at > days * DAY) drop(key);
    else counts.set(owner, count);
  }
}
