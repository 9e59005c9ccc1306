// The page Backpropagation: the network with its gradients, and the open one's player.

import { playerWidget } from "../player/widget.js";
import { drawn } from "../sheet/streamlit.js";
import { networkWidget } from "./overview.js";

export default drawn({ network: networkWidget, player: playerWidget });
