// The Learning page: grids of numbers, buttons that take steps, the player of a gradient.

import { gridsWidget } from "../grids/grids.js";
import { playerWidget } from "../player/widget.js";
import { drawn } from "../sheet/streamlit.js";
import { stepsWidget } from "./steps.js";

export default drawn({ grids: gridsWidget, player: playerWidget, steps: stepsWidget });
