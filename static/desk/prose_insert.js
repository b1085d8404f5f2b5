// What is put into a text beside paragraphs: pull quotes, boxes of facts, tables, addresses of videos and maps.
// They stand in a row of words that one word of the toolbar opens; in a table or a box, what can be done there.

import { FIRST_CELL } from "./prose_table.js";

const TEXT_BLOCK = { type: "paragraph" };
const cell = (type) => ({ type, content: [TEXT_BLOCK] });
const row = (type) => ({ type: "tableRow", content: [cell(type), cell(type)] });

// The library moves the focus with the next frame; what is typed until then would be lost.
export function inText(editor) {
  editor.view.focus();
  return editor.chain().focus();
}

const words = (text) => (text ? [{ type: "text", text }] : undefined);

// Behind the paragraph, list or box that the selection ends in.
function put(editor, node, into) {
  const { $to } = editor.state.selection;
  const at = $to.depth ? $to.after(1) : $to.pos;
  // An empty line that waits for something is what it was waiting for.
  const here = $to.depth === 1 && $to.parent.type.name === "paragraph" && !$to.parent.content.size;
  const place = here ? { from: $to.before(1), to: at } : at;
  inText(editor).insertContentAt(place, node).setTextSelection((here ? place.from : at) + into).run();
}

function pullQuote(editor) {
  const { from, to } = editor.state.selection;
  // The words that are chosen are repeated; a pull quote takes nothing out of the text.
  const said = editor.state.doc.textBetween(from, to, " ").trim();
  const quotation = { type: "blockquote", content: [{ type: "paragraph", content: words(said) }] };
  put(editor, { type: "aside", content: [quotation, TEXT_BLOCK] }, said ? said.length + 5 : 3);
}

function facts(editor, title) {
  const heading = { type: "heading", attrs: { level: 3 }, content: words(title) };
  const list = { type: "bulletList", content: [{ type: "listItem", content: [TEXT_BLOCK] }] };
  put(editor, { type: "aside", content: [heading, list] }, title.length + 6);
}

function table(editor) {
  const rows = [row("tableHeader"), row("tableCell"), row("tableCell")];
  put(editor, { type: "tableHolder", content: [{ type: "tableWords" }, { type: "table", content: rows }] }, FIRST_CELL);
}

function leave(editor) {
  const { $to } = editor.state.selection;
  const after = $to.after(1);
  const next = editor.state.doc.nodeAt(after);
  const chain = inText(editor);
  if (next?.type.name !== "paragraph") chain.insertContentAt(after, TEXT_BLOCK);
  chain.setTextSelection(after + 1).run();
}

function dropHolder(editor, name) {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name !== name) continue;
    inText(editor).deleteRange({ from: $from.before(depth), to: $from.after(depth) }).run();
    return;
  }
}

function askForAddress(editor, bar, said, made) {
  const line = document.createElement("div");
  line.className = "prose-link";
  const input = document.createElement("input");
  input.type = "url";
  input.placeholder = "https://";
  input.title = said.embedAddress;
  input.setAttribute("aria-label", said.embedAddress);
  const apply = () => {
    const typed = input.value.trim();
    line.remove();
    if (!typed) return editor.view.focus();
    const href = /^https?:/.test(typed) ? typed : `https://${typed}`;
    const link = { type: "text", text: href, marks: [{ type: "link", attrs: { href } }] };
    put(editor, [{ type: "paragraph", content: [link] }, TEXT_BLOCK], href.length + 3);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") apply();
    else if (event.key === "Escape") line.remove();
    else return;
    event.preventDefault();
  });
  line.append(input, made(said.apply, said.apply, apply), made(said.cancel, said.cancel, () => line.remove()));
  bar.querySelector(".prose-link")?.remove();
  bar.append(line);
  input.focus();
}

/** The row of words below the toolbar, that `opener` opens. `made(label, title, run)` makes a button. */
export function insertions(editor, bar, opener, said, made) {
  const line = document.createElement("div");
  line.className = "prose-insert";
  line.hidden = true;
  const inTable = () => editor.isActive("table");
  const inBox = () => editor.isActive("aside");
  const free = () => !inTable() && !inBox();
  const change = (command) => () => inText(editor)[command]().run();
  const tools = [
    [said.numbers, () => true, () => inText(editor).toggleOrderedList().run()],
    [said.pullQuote, free, () => pullQuote(editor)],
    [said.facts, free, () => facts(editor, said.factsTitle)],
    [said.table, () => !inTable(), () => table(editor)],
    [said.embed, free, () => askForAddress(editor, bar, said, made)],
    [said.addRow, inTable, change("addRowAfter")],
    [said.addColumn, inTable, change("addColumnAfter")],
    [said.dropRow, inTable, change("deleteRow")],
    [said.dropColumn, inTable, change("deleteColumn")],
    [said.dropTable, () => editor.isActive("tableHolder"), () => dropHolder(editor, "tableHolder")],
    [said.dropAside, inBox, () => inText(editor).lift("aside").run()],
    [said.leave, () => !free() || editor.isActive("tableHolder"), () => leave(editor)],
  ];
  const buttons = tools.map(([label, , run]) => made(label, label, run));
  line.append(...buttons);
  bar.append(line);
  opener.setAttribute("aria-expanded", "false");
  const refresh = () => {
    if (line.hidden) return;
    tools.forEach(([, fits], index) => (buttons[index].hidden = !fits()));
  };
  return {
    refresh,
    toggle() {
      line.hidden = !line.hidden;
      opener.setAttribute("aria-expanded", String(!line.hidden));
      refresh();
    },
  };
}
