// The shape calculator: one layer, or a stack as a table.

import { drawn } from "../sheet/streamlit.js";
import { stackWidget } from "../stack/stack.js";
import { pasteWidget } from "./paste.js";

export default drawn({ paste: pasteWidget, stack: stackWidget });
