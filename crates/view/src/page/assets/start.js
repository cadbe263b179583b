// The page of one run: it has the run in an element of its own.
import { mount } from "./main.js";

const told = document.getElementById("run")?.textContent ?? "";
mount(/** @type {HTMLElement} */ (document.getElementById("page")), JSON.parse(told));
document.documentElement.dataset.ready = String(Math.round(performance.now()));
