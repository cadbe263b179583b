"use strict";
// Without scripts the tabs are radio buttons. With them they are what screen readers know as tabs.
for (const tabs of document.querySelectorAll(".tabs")) {
  const radios = [...tabs.querySelectorAll(":scope > input")];
  const labels = [...tabs.querySelectorAll(":scope > label")];
  const panels = [...tabs.querySelectorAll(":scope > .panel")];
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", tabs.dataset.label);
  const buttons = labels.map((label, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.id = radios[i].id;
    button.textContent = label.textContent;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panels[i].id);
    panels[i].setAttribute("role", "tabpanel");
    panels[i].setAttribute("aria-labelledby", button.id);
    panels[i].dataset.name = panels[i].getAttribute("aria-label");
    panels[i].removeAttribute("aria-label");
    panels[i].tabIndex = 0;
    list.append(button);
    return button;
  });
  const select = (chosen) => {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === chosen));
      button.tabIndex = i === chosen ? 0 : -1;
      panels[i].hidden = i !== chosen;
    });
  };
  // The chosen tab is part of the address, so that it stays when the page is loaded again.
  // It is no id, to which the browser would scroll.
  const address = (panel) => "#show-" + panel.id;
  const remember = (chosen) => {
    try { history.replaceState(null, "", address(panels[chosen])); } catch { /* A frame may not allow it. */ }
  };
  list.addEventListener("click", (event) => {
    const chosen = buttons.indexOf(event.target.closest("[role=tab]"));
    if (chosen >= 0) { select(chosen); remember(chosen); }
  });
  list.addEventListener("keydown", (event) => {
    const now = buttons.indexOf(document.activeElement), last = buttons.length - 1;
    const to = { ArrowRight: now === last ? 0 : now + 1, ArrowLeft: now <= 0 ? last : now - 1, Home: 0, End: last }[event.key];
    if (now < 0 || to === undefined) return;
    event.preventDefault();
    select(to);
    remember(to);
    buttons[to].focus();
  });
  const asked = panels.findIndex((panel) => address(panel) === location.hash);
  const first = radios.findIndex((radio) => radio.checked);
  radios.forEach((radio) => radio.remove());
  labels.forEach((label) => label.remove());
  tabs.prepend(list);
  tabs.classList.add("scripted");
  select(asked >= 0 ? asked : first);
}
// What is folded up would not be on paper.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((task) => { task.open = true; }));
