// Home: the picture, and a network at work on it.

import { drawn } from "../sheet/streamlit.js";
import { picksWidget } from "../tensor/picks.js";
import { aliveWidget } from "./alive.js";

export default drawn({ alive: aliveWidget, picks: picksWidget });
