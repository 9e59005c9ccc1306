// What Tab, Enter and Backspace do in a field for code.

const STEP = 4; // spaces

/**
 * What a key puts into a field in place of what is between `from` and `to`; undefined where it does what it always does.
 * field: { value, selectionStart, selectionEnd }.
 */
export function indented({ value, selectionStart: from, selectionEnd: to }, { key, ctrlKey, metaKey, altKey, shiftKey }) {
  if (ctrlKey || metaKey || altKey) return undefined;
  const begin = value.lastIndexOf("\n", from - 1) + 1;
  const before = value.slice(begin, from);
  const spaces = /^ */.exec(before)[0].length;
  if (key === "Tab" && !shiftKey && value.slice(from, to).includes("\n")) {
    return { text: value.slice(begin, to).replace(/^(?=.)/gm, " ".repeat(STEP)), from: begin, to };
  }
  if (key === "Tab" && shiftKey) {
    return { text: value.slice(begin, to).replace(/^ {1,4}/gm, ""), from: begin, to };
  }
  if (key === "Tab") return { text: " ".repeat(STEP - ((from - begin) % STEP)), from, to };
  if (key === "Enter") return { text: `\n${" ".repeat(spaces + (before.trimEnd().endsWith(":") ? STEP : 0))}`, from, to };
  if (key === "Backspace" && from === to && spaces && spaces === before.length) {
    return { text: "", from: from - (((spaces - 1) % STEP) + 1), to };
  }
  return undefined;
}
