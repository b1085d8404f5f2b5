// The texts of the story form as the copy desk sees them: what stands in a field, where a word is,
// and how it is shown and replaced there. The editor and plain fields answer to the same calls:
//
//   text()               what is in the field, a line per block
//   show(start, end)     the words come into view, selected; the text is not touched
//   replace(edits)       [{ start, end, words }] in one step that the field's own undo takes back;
//                        false when the field would be too long
//   mark(ranges, chosen) underline what was found, where the field can
//
// Offsets count as JavaScript counts a string.

const INLINE_LEAF = " ";
const isTouch = matchMedia("(pointer: coarse)");

// Only what differs is exchanged, so that marks on the rest of a word stay as they are.
function difference(before, after) {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { head, tail, middle: after.slice(head, after.length - tail) };
}

const fromTheEnd = (edits) => [...edits].sort((a, b) => b.start - a.start);

// Into the upper part of the screen: the list of findings may cover the lower one.
function bringIntoView(top) {
  const seen = window.visualViewport?.height || innerHeight;
  if (top > seen * 0.12 && top < seen * 0.33) return;
  scrollBy({ top: top - seen * 0.25, behavior: "instant" });
}

function plain(field) {
  // Without the editor the text area holds HTML: tags are no words, and offsets stay the same.
  const isHtml = field.matches("[data-prose]");
  const blank = (part) => "\n".padEnd(part.length);
  const type = (start, end, words) => {
    field.setSelectionRange(start, end);
    const command = words ? "insertText" : "delete";
    // The only way that the browser's own undo knows of.
    if (document.execCommand(command, false, words)) return;
    field.setRangeText(words, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return {
    text: () => (isHtml ? field.value.replace(/<[^>]*>|&\w+;/g, blank) : field.value),
    show(start, end) {
      const folded = field.closest("details");
      if (folded) folded.open = true;
      field.focus({ preventScroll: true });
      field.setSelectionRange(start, end);
      bringIntoView(field.getBoundingClientRect().top);
    },
    replace(edits) {
      const growth = edits.reduce((sum, { start, end, words }) => sum + words.length - (end - start), 0);
      if (field.maxLength > 0 && field.value.length + growth > field.maxLength) return false;
      field.focus({ preventScroll: true });
      for (const { start, end, words } of fromTheEnd(edits)) {
        const { head, tail, middle } = difference(field.value.slice(start, end), words);
        type(start + head, end - tail, middle);
      }
      return true;
    },
    mark() {},
  };
}

// The text of a document with the place of each of its pieces.
function read(doc) {
  let text = "";
  const pieces = [];
  doc.descendants((node, pos) => {
    if (node.isTextblock && text) text += "\n";
    if (node.isText) {
      pieces.push({ at: text.length, pos, length: node.text.length });
      text += node.text.replaceAll("\u00a0", " ");
    } else if (node.isInline && node.isLeaf) {
      text += node.type.name === "hardBreak" ? "\n" : INLINE_LEAF;
    }
  });
  return { text, pieces };
}

function rangeOf(pieces, start, end) {
  const first = pieces.find(({ at, length }) => start >= at && start < at + length);
  const last = pieces.find(({ at, length }) => end > at && end <= at + length);
  return first && last && { from: first.pos + start - first.at, to: last.pos + end - last.at };
}

// The smallest step that makes the words out of what stands there.
function smallest(pieces, text, { start, end, words }) {
  const { head, tail, middle } = difference(text.slice(start, end), words);
  const isInsertion = start + head === end - tail;
  const at = isInsertion && head ? rangeOf(pieces, start, start + head) : null;
  if (at) return { from: at.to, to: at.to, middle };
  const inner = isInsertion ? null : rangeOf(pieces, start + head, end - tail);
  return inner ? { ...inner, middle } : { ...rangeOf(pieces, start, end), middle: words };
}

// The underlines are the editor's own decorations: they move with the words and are no part of
// the text.
function marker(editor, pm) {
  const { Plugin, PluginKey } = pm.state;
  const { Decoration, DecorationSet } = pm.view;
  const key = new PluginKey("copydesk");
  editor.registerPlugin(
    new Plugin({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply: (step, marks) => step.getMeta(key) || marks.map(step.mapping, step.doc),
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  );
  return (ranges) => {
    const marks = ranges.map(({ from, to, isChosen }) =>
      Decoration.inline(from, to, { class: isChosen ? "copydesk-mark is-chosen" : "copydesk-mark" }),
    );
    const { state, view } = editor;
    view.dispatch(state.tr.setMeta(key, DecorationSet.create(state.doc, marks)).setMeta("addToHistory", false));
  };
}

async function prose(textarea, editor) {
  const { pm } = await import(textarea.dataset.library);
  const draw = marker(editor, pm);
  return {
    text: () => read(editor.state.doc).text,
    show(start, end) {
      const range = rangeOf(read(editor.state.doc).pieces, start, end);
      if (!range) return;
      // On a phone the focus would bring the keyboard over the words; the mark shows them.
      if (isTouch.matches) editor.commands.setTextSelection(range);
      else editor.chain().setTextSelection(range).focus(null, { scrollIntoView: false }).run();
      bringIntoView(editor.view.coordsAtPos(range.from).top);
    },
    replace(edits) {
      const { text, pieces } = read(editor.state.doc);
      // A step of its own in the editor's history, also right behind what was typed.
      const step = pm.history.closeHistory(editor.state.tr);
      for (const { start, end, words } of fromTheEnd(edits)) {
        const { from, to, middle } = smallest(pieces, text, { start, end, words });
        if (middle) step.insertText(middle, from, to);
        else step.delete(from, to);
      }
      editor.view.dispatch(step);
      return true;
    },
    mark(ranges, chosen) {
      const { pieces } = read(editor.state.doc);
      const found = ranges.map((range) => ({
        ...rangeOf(pieces, range.start, range.end),
        isChosen: range === chosen,
      }));
      draw(found.filter(({ from }) => from !== undefined));
    },
  };
}

const known = new WeakMap();

// The passage of a field by its name; null when it is not on the form.
export async function passageOf(form, name) {
  const field = form.elements[name];
  if (!field?.setSelectionRange) return null;
  const editor = field.closest(".prose")?.querySelector(".prose-text")?.editor;
  const kept = known.get(field);
  // The editor may have come after the first look.
  if (kept && kept.editor === editor) return kept.passage;
  const passage = editor ? await prose(field, editor) : plain(field);
  known.set(field, { editor, passage });
  return passage;
}
