// A network as a table that can be edited. It sends what was chosen, typed or pressed; every text, also those of
// refusals and their remedies, comes from the page.

import { fill, make, makeButton } from "../shared/dom.js";

const MOVES = { ArrowUp: -1, ArrowDown: 1 };

/** Make the table; show(data) draws it. send(change): the learner changed something. */
function stackTable(parent, send) {
  const root = make("div", "stack", parent);
  const here = { root, table: make("table", "", make("div", "scroll", root)), open: new Set(), focus: undefined };
  here.table.onkeydown = (event) => pressed(here, event);
  here.send = (change, focus) => {
    here.focus = focus;
    send(change);
  };
  here.show = (data) => {
    here.data = data;
    draw(here);
  };
  return here;
}

/** Draw a network's table (pages/states/network/stack.py) as a widget of a page. */
export function stackWidget(parent, data, page) {
  const table = stackTable(parent, (change) => {
    // What was refused stands there until something else is done.
    data = { ...data, refused: null };
    if (change.action === "dismiss") table.show(data);
    else page.act("stack", change, { anywhere: true });
  });
  table.show(data);
  return {
    update(now) {
      const bare = (table) => JSON.stringify({ ...table, refused: null });
      const same = bare(now) === bare(data);
      if (same && !now.refused && !table.focus) return;
      data = same && !now.refused ? data : now;
      table.show(data);
    },
  };
}

/** Draw the table anew. The focus, and what is being typed where it is, stay. */
function draw(here) {
  const { data } = here;
  const scroll = here.table.parentElement;
  scroll.style.setProperty("--above", `${data.above}px`);
  scroll.classList.toggle("bounded", data.above !== null);
  const { scrollTop, scrollLeft } = scroll;
  const active = here.root.getRootNode().activeElement;
  const typed = active?.dataset?.part === "text" && active.value !== active.shown ? active : undefined;
  const selection = typed && [typed.selectionStart, typed.selectionEnd];
  const had = active?.dataset?.part && { row: Number(active.closest("tr").dataset.row), part: active.dataset.part };
  // A field that goes while it has the focus would send what is half typed.
  if (typed) typed.onblur = null;
  here.table.replaceChildren();
  head(here);
  const body = make("tbody", "", here.table);
  input(here, body);
  data.rows.forEach((row) => line(here, body, row));
  if (data.totals) foot(here);
  scroll.scrollTop = scrollTop;
  scroll.scrollLeft = scrollLeft;
  const focus = here.focus ?? had;
  if (!focus) return;
  const node = part(here, focus.row, focus.part);
  node?.focus({ preventScroll: !here.focus });
  if (here.focus) node?.scrollIntoView({ block: "nearest" });
  if (node && typed && !here.focus) {
    node.value = typed.value;
    node.setSelectionRange(...selection);
  }
  here.focus = undefined;
}

const part = (here, row, name) => here.table.querySelector(`tr[data-row="${row}"] [data-part="${name}"]`);

function head(here) {
  const { words, heads } = here.data;
  const row = make("tr", "", make("thead", "", here.table));
  make("td", "left", row);
  for (const text of [words.layer, words.settings]) make("th", "left", row, text, { scope: "col" });
  for (const { name, head, help } of heads) {
    const cell = make("th", "", row, undefined, { scope: "col", title: help, tabindex: "0", "data-column": name });
    make("span", "explained", cell, head);
  }
  make("td", "", row);
}

function input(here, body) {
  const { data } = here;
  const row = make("tr", "input", body, undefined, { "data-row": "-1" });
  make("td", "place", row);
  make("td", "kind", row, data.words.input);
  settings(here, make("td", "text", row), -1, data.input, data.words.input_shape, (text) => ({ action: "input", row: -1, text }));
  data.heads.forEach(({ name }, k) => make("td", "number", row, k ? "" : data.input_shape, { "data-column": name }));
  tools(here, row, -1);
  refusal(here, body, -1);
}

function line(here, body, row) {
  const { data } = here;
  const inner = row.row === null;
  if (inner && !here.open.has(row.number)) return;
  const tr = make("tr", inner ? "inner" : row.block ? "block" : "", body, undefined, inner ? {} : { "data-row": row.row });
  tr.style.setProperty("--depth", row.depth);
  make("td", "place", tr, inner ? "" : row.number);
  const kind = make("td", "kind", tr);
  const text = make("td", "text", tr);
  if (row.block && !inner) opener(here, kind, row);
  else if (inner || row.block) make("span", "fixed", kind, row.kind);
  else chooser(here, kind, row);
  if (inner || row.block) make("code", "fixed", text, row.text);
  else {
    const label = fill(data.words.settings_of, { row: row.number, kind: row.kind });
    settings(here, text, row.row, row.text, label, (typed) => ({ action: "set", row: row.row, kind: row.kind, text: typed }));
  }
  row.cells.forEach((cell, k) => {
    const { name, head: title } = data.heads[k];
    const td = make("td", "number", tr, cell.text, { "data-column": name, "data-head": title });
    if (cell.text === data.words.none) td.classList.add("none");
    if (cell.share) td.style.setProperty("--share", cell.share);
    if (cell.whole) td.title = cell.whole;
  });
  if (inner) make("td", "tools", tr);
  else {
    tools(here, tr, row.row);
    refusal(here, body, row.row);
  }
}

function chooser(here, parent, row) {
  const { data } = here;
  const label = fill(data.words.class_of, { row: row.number });
  const select = make("select", "", parent, undefined, { "data-part": "kind", "aria-label": label });
  for (const kind of data.kinds) make("option", "", select, kind, { value: kind });
  select.value = row.kind;
  select.onchange = () => here.send({ action: "kind", row: row.row, kind: select.value }, { row: row.row, part: "text" });
}

function opener(here, parent, row) {
  const open = here.open.has(row.number);
  const attributes = { "data-part": "kind", "aria-expanded": open, title: here.data.words.open };
  const button = makeButton("opener", parent, `${open ? "▼" : "▶"} ${row.kind}`, attributes);
  button.onclick = () => {
    if (open) here.open.delete(row.number);
    else here.open.add(row.number);
    draw(here);
  };
}

/** A text field that sends what was typed once it is left or Enter is pressed; Esc takes it back. */
function settings(here, parent, row, text, label, change) {
  const { refused } = here.data;
  const field = make("input", "", parent, undefined, {
    type: "text", autocomplete: "off", spellcheck: "false", autocapitalize: "off", "aria-label": label, "data-part": "text",
  });
  const wrong = refused && refused.row === row && refused.text !== null;
  field.value = field.shown = wrong ? refused.text : text;
  field.good = text;
  field.title = field.value;
  if (wrong) field.setAttribute("aria-invalid", "true");
  field.commit = () => {
    if (field.value.trim() === field.shown.trim()) return;
    field.shown = field.value;
    here.send(change(field.value));
  };
  field.onblur = field.commit;
}

function tools(here, tr, row) {
  const { words, rows } = here.data;
  const last = rows.filter((one) => one.row !== null).length - 1;
  const cell = make("td", "tools", tr);
  const button = (action, sign, enabled, run) => {
    const attributes = { title: words[action], "aria-label": `${words[action]} (${row + 1})`, "data-action": action };
    const node = makeButton("", cell, sign, attributes);
    node.ariaDisabled = !enabled;
    node.onclick = run;
  };
  button("add", "+", true, () => add(here, row));
  if (row < 0) return;
  button("up", "↑", row > 0, () => move(here, row, -1));
  button("down", "↓", row < last, () => move(here, row, 1));
  button("remove", "×", true, () => remove(here, row));
}

const add = (here, row) => here.send({ action: "add", row }, { row: row + 1, part: "kind" });
const move = (here, row, by) => here.send({ action: "move", row, by }, { row: row + by, part: "text" });
const remove = (here, row) => here.send({ action: "remove", row }, { row: row - 1, part: "text" });

function refusal(here, body, row) {
  const { refused, heads, words } = here.data;
  if (!refused || refused.row !== row) return;
  const tr = make("tr", "refusal", body);
  make("td", "", tr);
  const cell = make("td", "", tr, undefined, { colspan: heads.length + 3, role: "alert" });
  make("span", "", cell, refused.sentence);
  const way = (className, text, change) => {
    makeButton(className, cell, text).onclick = () => here.send(change, { row, part: "text" });
  };
  if (refused.remedy) way("remedy", refused.remedy.label, refused.remedy.change);
  way("close", words.dismiss, { action: "dismiss", row });
}

function foot(here) {
  const { heads, totals, words } = here.data;
  const row = make("tr", "", make("tfoot", "", here.table));
  make("td", "", row);
  make("td", "", row, words.total, { colspan: 2 });
  for (const { name } of heads) make("td", "number", row, totals[name] ?? "", { "data-total": name, "data-column": name });
  make("td", "", row);
}

function pressed(here, event) {
  const tr = event.target.closest("tr[data-row]");
  if (!tr) return;
  const row = Number(tr.dataset.row);
  const field = event.target.dataset.part === "text" ? event.target : undefined;
  const by = MOVES[event.key];
  const last = here.data.rows.filter((one) => one.row !== null).length - 1;
  if (event.altKey && by && row >= 0 && row + by >= 0 && row + by <= last) move(here, row, by);
  else if (event.altKey && event.key === "Enter") add(here, row);
  else if (event.altKey && (event.key === "Delete" || event.key === "Backspace") && row >= 0) remove(here, row);
  else if (event.altKey || event.ctrlKey || event.metaKey || !field) return;
  else if (by) neighbour(here, row, by)?.focus();
  else if (event.key === "Enter") field.commit();
  else if (event.key === "Escape") {
    field.value = field.shown = field.good;
    if (here.data.refused) here.send({ action: "dismiss", row }, { row, part: "text" });
  } else return;
  event.preventDefault();
}

/** The nearest field of settings above or below a row; blocks have none. */
function neighbour(here, row, by) {
  const fields = [...here.table.querySelectorAll('[data-part="text"]')];
  const at = fields.findIndex((field) => Number(field.closest("tr").dataset.row) === row);
  return fields[at + by];
}
