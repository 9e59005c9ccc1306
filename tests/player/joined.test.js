import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../assets/player/", import.meta.url);
const read = (file) => readFileSync(new URL(file, folder), "utf8");
const python = readFileSync(new URL("../../pages/ui/player/component.py", import.meta.url), "utf8");
const listed = [.../MODULES = \(([^)]*)\)/.exec(python)[1].matchAll(/"(\w+)"/g)].map((m) => m[1]);
const ALONE = ["maps", "streamlit"]; // modules with a default export of their own

test("pages/ui/player/component.py lists every file of the player, each after those that it needs when it is read", () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".js")).map((file) => file.slice(0, -3));
  assert.deepEqual([...listed].sort(), files.filter((file) => !ALONE.includes(file)).sort());
  for (const [at, name] of listed.entries()) {
    for (const [, base] of read(`${name}.js`).matchAll(/^(?:export )?class \w+ extends (\w+)/gm)) {
      const home = listed.findIndex((file) => read(`${file}.js`).includes(`class ${base} {`));
      assert.ok(home >= 0 && home < at, `${name} extends ${base}`);
    }
  }
});

test("no name is declared by two files, which are joined into one", () => {
  const homes = new Map();
  for (const file of [...listed, "streamlit"]) {
    for (const [, name] of read(`${file}.js`).matchAll(/^(?:export )?(?:async )?(?:const|let|function|class) (\w+)/gm)) {
      assert.equal(homes.get(name), undefined, `${name} in ${homes.get(name)} and ${file}`);
      homes.set(name, file);
    }
  }
});

test("texts reach the page as text only, and colours come from the table", () => {
  for (const file of readdirSync(folder)) {
    const text = read(file);
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
    assert.doesNotMatch(text.replace(/\/\*.*?\*\//gs, ""), /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i, file);
  }
});
