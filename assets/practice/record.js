// How practising went, as this browser alone remembers it: it goes nowhere else.

import { kept } from "../shared/storage.js";
import { begin } from "./schedule.js";

const KEY = "stride:practice";

export const load = () => ({ ...begin(), ...JSON.parse(kept.get(KEY) ?? "null") });
export const save = (record) => kept.set(KEY, JSON.stringify(record));
export const clear = () => kept.remove(KEY);
