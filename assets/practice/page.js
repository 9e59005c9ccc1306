// Practice and Twenty questions: exercises, questions, and the player of their numbers.

import { playerWidget } from "../player/widget.js";
import { drawn } from "../sheet/streamlit.js";
import { practiceWidget } from "./practice.js";
import { questionsWidget } from "./questions.js";

export default drawn({ player: playerWidget, practice: practiceWidget, questions: questionsWidget });
