// The desk's socket, one for each page: anyone who imports this hears who is inside and where a gate's tags ring.

import { stateLine } from "../shared/state-line.js";

export const listen = stateLine("/ws/library/desk/");
