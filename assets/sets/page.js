// Sets for a class: one is made, worked through, and its results are checked.

import { playerWidget } from "../player/widget.js";
import { drawn } from "../sheet/streamlit.js";
import { entryWidget } from "./entry.js";
import { inviteWidget } from "./invite.js";
import { resultsWidget } from "./results.js";
import { runWidget } from "./run.js";
import { takeWidget } from "./take.js";

const sets = {
  entry: entryWidget, invite: inviteWidget, results: resultsWidget, run: runWidget, take: takeWidget,
};

export default drawn({ player: playerWidget, ...sets });
