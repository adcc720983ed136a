// Every page of the desk: alarms, calls for help, and on a narrow screen the open tab is in view.

import "./alarms.js";
import "./help.js";

document.querySelector(".section-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
