// Traces from the engine itself, made when the tests run.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const inVenv = `${root}.venv/bin/python`;
const python = process.env.PYTHON ?? (existsSync(inVenv) ? inVenv : "python3");

const SCRIPT = `
import json, sys
import numpy as np
from engine.layers import Conv2d
from engine.trace.payload import payload
from engine.writing.words import ENGLISH
out = {}
for name, settings, shape, *parts in json.loads(sys.argv[1]):
    layer = Conv2d(**settings)
    rng = np.random.default_rng(7)
    x = rng.integers(0, 5, shape).astype(float)
    parameters = {k: rng.integers(-2, 3, s) / (parts or [1])[0] for k, s in layer.parameter_shapes().items()}
    trace = layer.trace(x, **parameters)
    phase = trace.phases[0]
    out[name] = {
        "trace": {"words": ENGLISH, **payload(trace)}, "shape": trace.board("output").values.shape, "x": trace.board("input").values.ravel().tolist(),
        "weight": parameters["weight"].ravel().tolist(), "output": trace.output.ravel().tolist(),
        "terms": (phase.terms + 0.0).tolist(), "a": phase.factors[0].index.tolist(), "b": phase.factors[1].index.tolist(),
        "says": [step.say for step in trace.steps],
    }
print(json.dumps(out))
`;

const CASES = [
  ["plain", { in_channels: 3, out_channels: 2, kernel_size: 3 }, [3, 6, 6]],
  ["padded", { in_channels: 1, out_channels: 1, kernel_size: 3, padding: 1, stride: 2, bias: false }, [1, 5, 6]],
  ["reflected", { in_channels: 1, out_channels: 1, kernel_size: 2, padding: 1, padding_mode: "reflect" }, [1, 3, 3]],
  ["grouped", { in_channels: 4, out_channels: 2, kernel_size: 2, groups: 2 }, [4, 3, 3]],
  ["spaced", { in_channels: 1, out_channels: 1, kernel_size: 2, stride: 3 }, [1, 5, 5]],
  ["thirds", { in_channels: 2, out_channels: 1, kernel_size: 3 }, [2, 4, 4], 9],
];

let made = {};
let missing = "";
try {
  const options = { cwd: root, maxBuffer: 64 * 2 ** 20, stdio: ["ignore", "pipe", "pipe"] };
  made = JSON.parse(execFileSync(python, ["-c", SCRIPT, JSON.stringify(CASES)], options).toString());
} catch (error) {
  if (error.code !== "ENOENT" && !/ModuleNotFoundError: No module named 'numpy'/.test(error.stderr)) throw error;
  missing = `the engine cannot make its traces: no Python with NumPy at ${python} (make test, or set PYTHON)`;
}

/** Traces by name, and what they must show; empty where `missing` says why. */
export const fixtures = made;
export { missing };
