// Every page of the desk: alarms, and on a narrow screen the open tab is in view.

import "./alarms.js";

document.querySelector(".section-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
