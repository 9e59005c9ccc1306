import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const assets = fileURLToPath(new URL("../../assets/", import.meta.url));
const read = (file) => readFileSync(join(assets, file), "utf8");
const files = readdirSync(assets, { recursive: true });
const scripts = files.filter((file) => file.endsWith(".js"));

test("a script imports by name, in one line, what another one exports, and uses it", () => {
  for (const file of scripts) {
    const text = read(file);
    const body = text.replaceAll(/^import .*$/gm, "");
    const imports = [...text.matchAll(/^import \{ (.*?) \} from "(\..*?)";$/gm)];
    assert.equal(imports.length, [...text.matchAll(/^import\b/gm)].length, `${file} has an import of another form`);
    for (const [, names, path] of imports) {
      const other = read(join(dirname(file), path));
      for (const name of names.split(", ")) {
        assert.match(other, new RegExp(`^export (?:async )?(?:const|let|function|class) ${name}\\b`, "m"), `${file}: ${name}`);
        assert.match(body, new RegExp(`\\b${name}\\b`), `${file} does not use ${name}`);
      }
    }
  }
});

test("a script exports what another script, a test or the page needs, and nothing else", () => {
  const tests = fileURLToPath(new URL(".", import.meta.url));
  const others = [...scripts.map(read), ...readdirSync(tests).map((file) => readFileSync(join(tests, file), "utf8"))];
  const imported = new Set(others.flatMap((text) => [...text.matchAll(/^import \{ (.*?) \}/gm)].flatMap(([, names]) => names.split(", "))));
  for (const file of scripts) {
    for (const [, name] of read(file).matchAll(/^export (?:async )?(?:const|let|function|class) (\w+)/gm)) {
      assert.ok(imported.has(name), `${file}: ${name}`);
    }
  }
});

test("texts reach the page as text only, and colours come from the table", () => {
  for (const file of files.filter((name) => /\.(js|css)$/.test(name))) {
    const text = read(file);
    // One function takes HTML: that of the engine's own making (pages/states/sheet), in which texts are escaped.
    const own = file === join("sheet", "blocks.js") ? text.replace("node.innerHTML = html;", "") : text;
    assert.doesNotMatch(own, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/, file);
    if (file.startsWith("tensor/")) continue; // its colours are the pixels' own
    assert.doesNotMatch(text.replace(/\/\*.*?\*\//gs, ""), /#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(/i, file);
  }
});
