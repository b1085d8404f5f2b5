// Which story stands where after one was moved. A place is {story, until, chain}; an empty one has story "".
// Nothing here knows the page: places go in, new places come out.

function content(place) {
  return { story: place.story, until: place.until };
}

function without(place) {
  return { ...place, story: "", until: "" };
}

/** The stories of two places trade them. */
export function swap(places, one, two) {
  const after = [...places];
  after[one] = { ...places[one], ...content(places[two]) };
  after[two] = { ...places[two], ...content(places[one]) };
  return after;
}

export function empty(places, index) {
  return places.map((place, i) => (i === index ? without(place) : place));
}

/**
 * Put a story into a place. What stood there goes one further down, as far as the next empty place of its part
 * of the page, or to where the story came from; the last of a full part stands nowhere any more.
 * Returns the places and the key of the story that fell out, or "".
 */
export function put(places, story, to) {
  const from = places.findIndex((place) => place.story === story);
  if (from === to) return { places, dropped: "" };
  const incoming = { story, until: from < 0 ? "" : places[from].until };
  const after = places.map((place, i) => (i === from ? without(place) : { ...place }));
  const chain = after[to].chain;
  const step = from >= 0 && from < to && after[from].chain === chain ? -1 : 1;
  let carried = incoming;
  for (let i = to; i >= 0 && i < after.length && after[i].chain === chain; i += step) {
    const stood = content(after[i]);
    after[i] = { ...after[i], ...carried };
    carried = stood;
    if (!carried.story) break;
  }
  return { places: after, dropped: carried.story };
}
