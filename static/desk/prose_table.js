// Tables in the editor. Its own consist of rows alone; ours have words above them, a head and a scope. What is
// written above a table stands before it, in a holder of both; a row knows whether it stands in the head.
// `intoHolders` makes that of stored HTML, `outOfHolders` the stored HTML of that.

/** Put each table below `root` that the editor can hold into a holder. */
export function intoHolders(root) {
  for (const table of root.querySelectorAll("table")) {
    if (table.parentElement?.closest("table, figure")) continue;
    const holder = document.createElement("desk-table");
    const words = document.createElement("desk-words");
    const caption = table.querySelector(":scope > caption");
    words.append(...(caption?.childNodes ?? []));
    caption?.remove();
    table.replaceWith(holder);
    holder.append(words, table);
  }
}

/** The way back: captions and heads as HTML has them. */
export function outOfHolders(root) {
  for (const group of root.querySelectorAll("colgroup")) group.remove();
  for (const holder of root.querySelectorAll("desk-table")) {
    const words = holder.querySelector(":scope > desk-words");
    const table = holder.querySelector(":scope > table");
    if (!table) continue;
    moveHead(table);
    if (words?.textContent.trim()) {
      const caption = document.createElement("caption");
      caption.append(...words.childNodes);
      table.prepend(caption);
    }
    holder.replaceWith(table);
  }
}

// Only rows at the top are a head: one that came to stand below others is a row like them.
function moveHead(table) {
  const body = table.querySelector(":scope > tbody");
  const head = document.createElement("thead");
  while (body?.firstElementChild?.hasAttribute("data-head")) head.append(body.firstElementChild);
  if (head.children.length) body.before(head);
  for (const row of table.querySelectorAll("tr[data-head]")) row.removeAttribute("data-head");
  if (body && !body.children.length) body.remove();
}

/** Whether a row of a table in `doc` has more or fewer cells than another: the editor would fill it up. */
export function hasRaggedTable(doc, lib) {
  let found = false;
  doc.descendants((node) => {
    if (node.type.name === "table") found ||= Boolean(lib.pm.tables.TableMap.get(node).problems);
  });
  return found;
}

/** From the start of a holder without words to where one writes: into the first cell of its table. */
export const FIRST_CELL = 7;

/** What the editor has to know of tables. */
export function tableExtensions(lib, said) {
  const holder = lib.Node.create({
    name: "tableHolder",
    group: "block",
    content: "tableWords table",
    isolating: true,
    parseHTML: () => [{ tag: "desk-table" }],
    renderHTML: () => ["desk-table", 0],
  });
  // Into the first cell from the words above it, and back.
  const down = (editor) => {
    const { $from } = editor.state.selection;
    if ($from.parent.type.name !== "tableWords") return false;
    return editor.commands.setTextSelection($from.before() - 1 + $from.parent.content.size + FIRST_CELL);
  };
  const up = (editor) => {
    const { $from } = editor.state.selection;
    for (let depth = $from.depth; depth > 1; depth -= 1) {
      if ($from.node(depth).type.name !== "table") continue;
      const isFirst = $from.index(depth) === 0 && $from.index(depth + 1) === 0;
      return isFirst && editor.commands.setTextSelection($from.before(depth) - 1);
    }
    return false;
  };
  const words = lib.Node.create({
    name: "tableWords",
    // Before the table's own keys: those let go of Tab above the first cell.
    priority: 200,
    content: "inline*",
    // An element of its own: as a <p> the editor takes it for a paragraph, and the table falls apart.
    parseHTML: () => [{ tag: "desk-words" }],
    renderHTML: () => ["desk-words", { "data-note": said.tableCaption }, 0],
    // What is above a table is one line.
    addKeyboardShortcuts: () => ({
      Enter: ({ editor }) => down(editor),
      Tab: ({ editor }) => down(editor),
      "Shift-Tab": ({ editor }) => up(editor),
    }),
  });
  const row = lib.TableRow.extend({
    addAttributes: () => ({
      head: {
        default: false,
        parseHTML: (element) => element.parentElement?.nodeName === "THEAD" || element.hasAttribute("data-head"),
        renderHTML: ({ head }) => (head ? { "data-head": "" } : {}),
      },
    }),
  });
  const header = lib.TableHeader.extend({
    addAttributes() {
      return { ...this.parent?.(), scope: { default: null } };
    },
  });
  return [holder, words, lib.Table.extend({ group: "" }), row, header, lib.TableCell];
}
