// The page Inside the network for Streamlit: the network on its picture, and the player of its open number.

import { playerWidget } from "../player/widget.js";
import { drawn } from "../sheet/streamlit.js";
import { insideWidget } from "./inside.js";

export default drawn({ inside: insideWidget, player: playerWidget });
