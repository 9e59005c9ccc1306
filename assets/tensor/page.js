// The Input page: where a picture comes from, the picture, and its numbers.

import { pasteWidget } from "../shapes/paste.js";
import { drawn } from "../sheet/streamlit.js";
import { picksWidget } from "./picks.js";
import { tensorWidget } from "./tensor.js";

export default drawn({ paste: pasteWidget, picks: picksWidget, tensor: tensorWidget });
