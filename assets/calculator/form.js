// A compact form of numbers and switches. It sends what was typed or pressed; texts come from the page.

const state = new WeakMap();
const PRESSES = { ArrowUp: 1, ArrowDown: -1 };

function make(tag, className, parent, attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  parent?.append(node);
  return node;
}

const mark = ({ field, axis }) => (axis === null ? field : `${field}.${axis}`);

export default function ({ data, parentElement, setTriggerValue }) {
  let here = state.get(parentElement);
  if (!here) {
    here = { root: make("div", "form", parentElement), turns: [], sent: data.seen, fields: new Map() };
    state.set(parentElement, here);
  }
  here.turns = here.turns.filter((turn) => turn.number > data.seen);
  here.send = (turn) => {
    here.turns.push({ ...turn, number: ++here.sent });
    // All turns that were not answered yet: a trigger that is overtaken by the next one is lost.
    setTriggerValue("turn", { turns: here.turns });
  };
  const shape = JSON.stringify(
    data.rows.map((row) => [row.label, row.help, row.parts.map((part) => [mark(part), part.kind, part.label, part.span])]),
  );
  if (shape !== here.shape) {
    here.shape = shape;
    build(here, data);
  }
  for (const row of data.rows) for (const part of row.parts) here.fields.get(mark(part)).show(part);
  refuse(here, data.refused);
  return () => {
    here.root.remove();
    state.delete(parentElement);
  };
}

function build(here, data) {
  const focused = here.root.getRootNode().activeElement?.dataset?.field;
  here.root.replaceChildren();
  here.fields.clear();
  for (const row of data.rows) {
    const line = make("div", "row", here.root);
    if (row.label) make("span", "label", line, { title: row.help }).textContent = row.label;
    for (const part of row.parts) {
      const made = { number, toggle, link, choice }[part.kind](here, part);
      made.node.classList.toggle("span", part.span === 2);
      made.line = line;
      line.append(made.node);
      here.fields.set(mark(part), made);
    }
  }
  if (focused) here.root.querySelector(`[data-field="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function number(here, part) {
  const node = make("span", "box");
  const about = { field: part.field, axis: part.axis };
  const press = (by) => () => here.send({ ...about, by });
  const button = (by, sign) => {
    const made = make("button", "", node, { type: "button", tabindex: "-1", "aria-label": `${sign} ${part.label}` });
    made.textContent = sign;
    made.onclick = press(by);
    return made;
  };
  button(-1, "−");
  const input = make("input", "", node, {
    type: "text", inputmode: "text", role: "spinbutton", autocomplete: "off", spellcheck: "false",
    "aria-label": part.label, "data-field": mark(part),
  });
  button(1, "+");
  const commit = () => {
    if (input.value.trim() === input.shown) return;
    input.shown = input.value.trim();
    here.send({ ...about, text: input.shown });
  };
  input.onfocus = () => input.select();
  input.onblur = commit;
  input.onkeydown = (event) => {
    if (event.key in PRESSES) press(PRESSES[event.key])();
    else if (event.key === "Enter") commit();
    else if (event.key === "Escape") input.value = input.shown;
    else return;
    event.preventDefault();
  };
  const show = ({ text, label }) => {
    // What is being typed stays until it is sent.
    const typing = input.getRootNode().activeElement === input && input.value.trim() !== input.shown;
    if (!typing) input.value = text;
    input.shown = text;
    input.setAttribute("aria-valuenow", text);
    input.setAttribute("aria-label", label);
  };
  return { node, input, show };
}

function toggle(here, part) {
  const node = make("label", "switch");
  const input = make("input", "", node, { type: "checkbox", role: "switch", "data-field": mark(part) });
  const name = make("span", "", node);
  name.textContent = part.label;
  input.onchange = () => here.send({ field: part.field, axis: part.axis, text: input.checked ? "1" : "0" });
  return { node, input, show: ({ text }) => (input.checked = text === "1") };
}

function link(here, part) {
  const node = make("button", "split", null, { type: "button", "data-field": mark(part) });
  node.onclick = () => here.send({ field: part.field, axis: null, text: node.getAttribute("aria-pressed") === "true" ? "0" : "1" });
  const show = ({ text, label }) => {
    node.textContent = label;
    node.setAttribute("aria-pressed", text === "1");
  };
  return { node, input: node, show };
}

function choice(here, part) {
  const node = make("div", "choice", null, { role: "radiogroup", "aria-label": part.label });
  const buttons = part.choices.map(([value, label]) => {
    const button = make("button", "", node, { type: "button", role: "radio", "data-field": `${part.field}.${value}` });
    button.textContent = label;
    button.onclick = () => here.send({ field: part.field, axis: null, text: value });
    return [value, button];
  });
  const show = ({ text }) => buttons.forEach(([value, button]) => button.setAttribute("aria-checked", value === text));
  return { node, input: node, show };
}

function refuse(here, refused) {
  for (const old of here.root.querySelectorAll(".refused, .sentence")) {
    if (old.className === "sentence") old.remove();
    else old.classList.remove("refused");
  }
  if (!refused) return;
  const made = here.fields.get(mark(refused)) ?? here.fields.get(refused.field);
  const sentence = make("div", "sentence", null, { role: "alert" });
  sentence.textContent = refused.sentence;
  if (!made) {
    here.root.prepend(sentence);
    return;
  }
  made.node.classList.add("refused");
  if (refused.text && made.input.value !== undefined && made.input.type === "text") made.input.value = refused.text;
  made.line.after(sentence);
}
