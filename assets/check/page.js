// Check my function: a field for code, and what became of it.

import { drawn } from "../sheet/streamlit.js";
import { checkWidget } from "./check.js";
import { foundWidget } from "./found.js";

export default drawn({ check: checkWidget, found: foundWidget });
