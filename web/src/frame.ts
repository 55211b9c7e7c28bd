// The page's fixed parts.
import type { Document } from "./data";
import { byId, el } from "./dom";

export function frame(given: Document): void {
  const press = (id: string, text: string) => el("button", { type: "button", id, "aria-pressed": "false" }, text);
  const seed = given.seeds[0]?.replace(/^https?:\/\//, "") ?? "";
  document.body.append(
    el("a", { class: "skip", href: "#table" , click: (event: Event) => { event.preventDefault(); byId("view-nodes").click(); byId("table").focus(); } }, "Skip to the table"),
    el(
      "header",
      { class: "top-bar" },
      el("div", { class: "title" }, el("h1", {}, "Map of a crawl"), el("bdi", { class: "quiet seed", title: given.seeds.join("\n") }, seed)),
      el(
        "div",
        { class: "search", role: "search" },
        el("input", { id: "search", type: "search", role: "combobox", placeholder: matchMedia("(pointer: coarse)").matches ? "Search title, URL, site" : "Search title, URL, site  ( / )", "aria-label": "Search title, URL or site", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "suggestions", autocomplete: "off", spellcheck: "false" }),
        el("ul", { id: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true }),
      ),
      el("div", { class: "segments", role: "group", "aria-label": "Level" }, press("level-page", "Pages"), press("level-story", "Stories"), press("level-site", "Sites")),
      el("div", { class: "segments", role: "group", "aria-label": "View" }, press("view-map", "Map"), press("view-nodes", "Table"), press("view-edges", "Links")),
      el("button", { type: "button", id: "theme", class: "icon", "aria-label": "Light or dark", title: "Light or dark" }, "◐"),
    ),
    el(
      "div",
      { class: "columns" },
      el(
        "aside",
        { class: "left", "aria-label": "Filters" },
        el("details", { class: "drawer", open: innerWidth > 900 }, el("summary", {}, "Filters"), el("div", { id: "filters" })),
        el(
          "div",
          { class: "buttons", id: "takeaway" },
          el("button", { type: "button", id: "reset" }, "Reset"),
          el("button", { type: "button", id: "select-shown" }, "Select all shown"),
          el("button", { type: "button", id: "copy-address" }, "Copy link to this view"),
          el("button", { type: "button", id: "save-png" }, "PNG"),
          el("button", { type: "button", id: "save-svg" }, "SVG"),
        ),
      ),
      el(
        "main",
        {},
        el("div", { class: "status" }, el("span", { id: "counts", role: "status" })),
        el("p", { id: "sample", hidden: true }),
        el("details", { class: "legend", open: innerWidth > 900 }, el("summary", {}, "Legend"), el("div", { id: "legend", tabindex: "0", "aria-label": "Legend", role: "group" })),
        el(
          "div",
          { class: "picture" },
          el("div", { id: "stage", tabindex: "0", role: "application", "aria-label": "The graph. Arrow keys move, plus and minus zoom, 0 shows all. The table holds the same data.", "aria-describedby": "counts" }),
          el(
            "div",
            { class: "zoom" },
            el("button", { type: "button", id: "zoom-in", "aria-label": "Zoom in" }, "+"),
            el("button", { type: "button", id: "zoom-out", "aria-label": "Zoom out" }, "−"),
            el("button", { type: "button", id: "zoom-fit", "aria-label": "Show all" }, "⤢"),
          ),
          el("p", { id: "empty", hidden: true }),
          el("p", { class: "hint" }, "Shift and drag selects"),
        ),
        el("div", { id: "table", tabindex: "-1", hidden: true }),
      ),
      el("aside", { id: "side", "aria-label": "Details" }),
    ),
    el("footer", {}, `crosslink-crawler ${given.version} · crawled ${given.started_at.slice(0, 10)} · this file asks nothing of the network`),
    // In view wherever the page is scrolled to.
    el("p", { id: "said", role: "status" }),
  );
}
