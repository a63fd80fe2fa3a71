/** The dashboard of a Trailmark server, over its public API alone. */

import "uplot/dist/uPlot.min.css";
import "./style/colours.css";
import "./style/frame.css";
import "./style/pages.css";
import "./style/parts.css";

import { render } from "preact";

import { begin } from "./access";
import { App } from "./app";

const room = document.getElementById("dashboard");
if (room) render(<App />, room);
begin();
