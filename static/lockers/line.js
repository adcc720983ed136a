// The officers' socket, one for each page: every importer gets the full state after every change.

import { showLine, stateLine } from "../shared/state-line.js";

const listenAll = stateLine("/ws/lockers/");
listenAll({ line: showLine });

export const listen = (state) => listenAll({ state });
