// The page Forward pass: the network, the open layer's player, and the stack as a table.

import { playerWidget } from "../player/widget.js";
import { drawn } from "../sheet/streamlit.js";
import { stackWidget } from "../stack/stack.js";
import { networkWidget } from "./overview.js";

export default drawn({ network: networkWidget, player: playerWidget, stack: stackWidget });
