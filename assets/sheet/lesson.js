// A lesson's page for Streamlit: the player, its knobs, whole maps, and all that follows an edit.

import { mapsWidget } from "../maps/maps.js";
import { playerWidget } from "../player/widget.js";
import { drawn } from "./streamlit.js";

export default drawn({ maps: mapsWidget, player: playerWidget });
