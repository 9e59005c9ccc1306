import assert from "node:assert/strict";
import { test } from "node:test";

import { fitPicture } from "../../assets/player/stage/picture.js";

const need = (channels, input, kernel, output, panes, paired = false) => ({
  channels,
  paired,
  input: { rows: input, columns: input },
  kernel: kernel ? { rows: kernel, columns: kernel } : undefined,
  output: { rows: output, columns: output, panes },
});

test("a picture and its map fill the desk beside one another", () => {
  const got = fitPicture(need(1, 12, 3, 10, 1), { width: 960, height: 455, largest: 64 });
  assert.ok(got.unit >= 28 && got.outputUnit === got.unit);
  assert.ok(got.wide <= 960 && got.tall <= 455);
  const larger = fitPicture(need(1, 12, 3, 10, 1), { width: 1600, height: 800, largest: 64 });
  assert.ok(larger.unit >= 48);
});

test("several channels and maps fit too", () => {
  const got = fitPicture(need(3, 12, 3, 10, 4), { width: 960, height: 455 });
  assert.ok(got.wide <= 960 && got.tall <= 455 && got.unit >= 12 && got.spread);
  const paired = fitPicture(need(3, 10, 0, 10, 3, true), { width: 960, height: 455 });
  assert.equal(paired.outputColumns, 1);
});

test("on a phone both stand one below the other, and are seen at once", () => {
  const got = fitPicture(need(1, 12, 3, 10, 1), { width: 358, height: 0, narrow: true, phone: 434 });
  assert.ok(got.wide <= 358 && got.tall <= 434 && got.unit >= 14);
});
