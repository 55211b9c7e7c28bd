// The page: makes the frame, holds the state, and tells each part when to draw.
import { card } from "./card";
import { colourNodes, coloursOfSites, DARK, KIND_COLOURS, kindOf, LIGHT, onGround, OTHERS, type Theme } from "./colours";
import { isFetched, KINDS, LEVELS, levelOf, read, type Kind, type Level, type LevelName } from "./data";
import { byId, dot, el, fill, number, plural } from "./dom";
import { filters } from "./filters";
import { show, type Shown } from "./filter";
import { frame } from "./frame";
import { lists } from "./lists";
import { panByPicture } from "./pan";
import { pickByBox } from "./pick";
import { copy, edgesCsv, graphml, nodesCsv, offer, png, svg, type About, type LegendPart } from "./save";
import { Scene } from "./scene";
import { Search } from "./search";
import { fromHash, initial, toHash, type State, type ViewName } from "./state";
import { Table } from "./table";
import { nameOf, sizeOf } from "./words";
import { shareFingers } from "./touch";

const NAMES = { page: "pages", story: "stories", site: "sites" };

const given = read();
const siteColours = coloursOfSites(given);
const made = new Map<LevelName, Level>();
const levels = (name: LevelName): Level => {
  let level = made.get(name);
  if (!level) made.set(name, (level = levelOf(given, name)));
  return level;
};

let state: State = fromHash(location.hash, given);
let shown: Shown;
let colour: string[] = [];
let dots: { colour: string; text: string }[] = [];
let kind: Kind = "ranking";
let picked: number[] = [];
let hovered: number | null = null;
/** The nodes of the way that is shown, from the seed. */
let way: number[] = [];
/** Two sites whose links are looked at. */
let pair: number[] = [];
/** As in the style: the page scrolls, and its parts stand one below the other. */
const narrow = matchMedia("(max-width: 900px)");
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

frame(given);
const scene = new Scene(byId("stage"), { hover, choose: (node) => choose(state.level, node === null ? null : levels(state.level).id[node]) });
const table = new Table(byId("table"));
new Search(given, levels, () => state.level, (level, node) => {
  opener = () => byId("search");
  choose(level, levels(level).id[node], true, true);
});
panByPicture(byId("stage"), scene);
shareFingers(byId("stage"), scene, () => narrow.matches);
pickByBox(byId("stage"), scene, () => levels(state.level), (node) => shown.nodes[node] === 1, (nodes) => pick(nodes));

function theme(): Theme {
  return (state.theme ?? (prefersDark.matches ? "dark" : "light")) === "dark" ? DARK : LIGHT;
}

// -- drawing

function openLevel(): void {
  scene.open(levels(state.level));
  picked = [];
  way = [];
  pair = [];
  hovered = null;
  drawPanel();
  draw();
}

/** Draw all that depends on the state. */
function draw(): void {
  const level = levels(state.level);
  document.documentElement.dataset["theme"] = theme().dark ? "dark" : "light";
  shown = show(level, state);
  const coloured = colourNodes(level, state.colour, theme(), siteColours, shown.nodes);
  colour = coloured.colour;
  dots = coloured.legend;
  legend();
  counts(level);
  for (const name of LEVELS) byId(`level-${name}`).setAttribute("aria-pressed", String(name === state.level));
  for (const name of ["map", "nodes", "edges"]) byId(`view-${name}`).setAttribute("aria-pressed", String(name === state.view));
  document.body.dataset["view"] = state.view;
  byId("table").hidden = state.view === "map";
  scene.way = way;
  // Last, when all around it has its size: it would be drawn again.
  scene.mark(...standing());
  scene.paint({ theme: theme(), colour, size: sizes(level), shown }, state);
  if (state.view !== "map") drawTable();
  side();
  remember();
}

function drawTable(): void {
  table.draw({
    level: levels(state.level),
    shown,
    state,
    meanings: given.meanings[state.level],
    choose: (name, id) => choose(name, id),
    sort: (name, down) => {
      Object.assign(state, { sort: name, down });
      drawTable();
      remember();
    },
  });
}

function sizes(level: Level): number[] {
  const measure = sizeOf(level, state);
  const values = level.measures[measure];
  if (!values || (measure === "indegree_net" && level.name !== "site")) return level.size;
  const small = keepsSmall(level);
  const most = values.reduce<number>((top, value, node) => (small && !isFetched(level, node) ? top : Math.max(top, value ?? 0)), 0) || 1;
  // What was not fetched stands close together, as the crawler laid it out: larger, it would cover what was.
  return values.map((value, node) => (small && !isFetched(level, node) ? level.size[node] : 4 + 36 * Math.sqrt(Math.max(value ?? 0, 0) / most)));
}

/** Whether what was not fetched is drawn small, whatever it measures: a site is as large as it is. */
function keepsSmall(level: Level): boolean {
  return level.name !== "site" && level.id.some((_, node) => !isFetched(level, node));
}

function drawPanel(): void {
  const level = levels(state.level);
  const colourOf = (site: string) => onGround(siteColours.get(site) ?? OTHERS, theme());
  filters(byId("filters"), level, given.meanings[level.name], state, colourOf, (isOfSites) => {
    draw();
    // What is left may lie in a corner: on the screen as in a picture that is saved.
    if (isOfSites) fitShown();
    // Buttons that set several controls at once.
    for (const box of byId("filters").querySelectorAll<HTMLInputElement>("[data-filter^='site ']")) {
      box.checked = !state.without.has(box.dataset["filter"]!.slice(5));
    }
  });
}

function counts(level: Level): void {
  const { known } = level;
  const name = NAMES[level.name];
  const part = (count: number, of: number, what: string) => (count === of ? `${number(count)} ${what}` : `${number(count)} of ${number(of)} ${what}`);
  byId("counts").textContent = `${part(shown.nodeCount, level.count, name)} · ${part(shown.edgeCount, level.edges, "edges")} shown`;
  byId("empty").hidden = shown.nodeCount > 0;
  fill(byId("empty"), `Nothing is shown: the filters leave out all ${name}.`);
  const sample = known.nodes > level.count || known.edges > level.edges;
  const pages = given.levels.page;
  const drawn = pages.nodes.page.length;
  const text = sample
    ? `A sample: ${number(level.count)} of the ${number(known.nodes)} ${name} known, those that most others link to${level.name === "page" ? ", with the seeds and the ways to them" : ""}; ${number(level.edges)} of ${number(known.edges)} edges. Numbers on cards count the whole crawl.`
    : level.name === given.first && drawn < pages.known.nodes
      ? `Shown first, for there are more pages than are drawn: of ${number(pages.known.nodes)}, ${number(drawn)} are under Pages.`
      : "";
  byId("sample").hidden = text === "";
  byId("sample").textContent = text;
}

const COMMUNITIES = "A community: those that link each other more than chance would have it. Found by the program; its number says nothing, and in a link farm it is often just a site.";

/** Show all that the filters leave. */
function fitShown(): void {
  const { count } = levels(state.level);
  if (shown.nodeCount === count || shown.nodeCount === 0) scene.fitAll();
  else scene.fit([...shown.nodes.keys()].filter((node) => shown.nodes[node]));
}

/** What colours and sizes mean, for the page and for a picture that is taken away. */
function legendOf(dots: { colour: string; text: string }[]): LegendPart[] {
  const level = levels(state.level);
  let several = false;
  for (let edge = 0; edge < level.edges && !several; edge++) several = shown.edges[edge] === 1 && kindOf(level, state, edge) === null;
  const arrows = KINDS.filter((name) => state.kinds.has(name) && level.links[name].some(Boolean)).map((name) => ({ colour: KIND_COLOURS[name], text: name as string }));
  if (several) arrows.push({ colour: theme().several, text: "of several kinds" });
  return [
    {
      name: "Dots",
      entries: [
        ...dots.map((entry) => ({ ...entry, shape: "dot" as const })),
        ...(level.seeds.some((node) => shown.nodes[node]) ? [{ colour: theme().text, shape: "ring" as const, text: "seed, where the crawl began" }] : []),
      ],
    },
    { name: "Arrows", entries: arrows.map((entry) => ({ ...entry, shape: "dash" as const })) },
    { name: "Size", entries: [{ colour: null, shape: "dot", text: `${nameOf(sizeOf(level, state), level.name)}: bigger is more${keepsSmall(level) ? "; not fetched: kept small" : ""}` }] },
  ];
}

function legend(): void {
  fill(
    byId("legend"),
    ...legendOf(dots).map(({ name, entries }) =>
      el("div", {}, el("h2", {}, name), el("ul", {}, ...entries.map(({ colour: code, shape, text }) => el("li", {}, code !== null && dot(code, shape), el("bdi", {}, text))))),
    ),
    state.colour === "community" && el("p", {}, COMMUNITIES),
  );
}

/** What a picture says of itself. */
function about(): About {
  const more = given.seeds.length - 1;
  return {
    title: `Map of a crawl: ${byId("counts").textContent}`,
    legend: legendOf(dots),
    source: `Crawl from ${given.seeds[0] ?? "no seed"}${more > 0 ? ` and ${plural(more, "more seed")}` : ""}, ${given.started_at.slice(0, 10)}. crosslink-crawler ${given.version}.`,
  };
}

function drawing(): Blob {
  return svg(scene, levels(state.level), state, shown, theme(), about());
}

/** The right side: a card, what is picked, or what stands out. */
function side(): void {
  const level = levels(state.level);
  const node = state.node === null ? undefined : level.place.get(state.node);
  if (node !== undefined) {
    fill(byId("side"), card(given, level, node, {
      choose: (name, id) => choose(name, id, true),
      has: (name, id) => levels(name).place.has(id),
      narrow: (steps) => {
        state.steps = steps;
        draw();
        fitShown();
      },
      trace: (pages) => {
        way = pages.map((page) => level.place.get(given.pages.url[page])).filter((place) => place !== undefined);
        if (state.view !== "map") state.view = "map";
        draw();
        scene.fit(way);
        reveal("map");
      },
      steps: state.steps,
      close: closeCard,
      pagesOf: (site) => pagesOf(site).map((place) => levels("page").id[place]),
      selectPages: (site) => {
        const pages = pagesOf(site);
        Object.assign(state, { level: "page", node: null, steps: 0 });
        openLevel();
        pick(pages);
        scene.fit(pages);
      },
    }));
  } else if (picked.length) fill(byId("side"), selection());
  else {
    fill(byId("side"), lists(level, levels("site"), kind, (name) => {
      kind = name;
      side();
    }, (name, id) => choose(name, id, true), (one, other) => {
      choose("site", one, true);
      const sites = levels("site");
      pair = [one, other].map((id) => sites.place.get(id)).filter((place) => place !== undefined);
      scene.light(...standing());
      scene.fit(pair);
    }));
  }
}

/** The drawn pages of a site, those that most others link to first. */
function pagesOf(site: string): number[] {
  const level = levels("page");
  const pushed = level.measures["indegree_net"];
  return level.site.flatMap((own, node) => (own === site ? [node] : [])).sort((a, b) => (pushed?.[b] ?? 0) - (pushed?.[a] ?? 0));
}

function selection(): HTMLElement {
  const level = levels(state.level);
  const missing = picked.filter((node) => !isFetched(level, node)).length;
  const urls = () => picked.map((node) => (level.name === "site" ? level.id[node] : given.pages.url[level.page[node]]));
  const button = (text: string, act: () => void) => el("button", { type: "button", click: act }, text);
  return el(
    "section",
    { class: "card" },
    el("header", {}, el("h2", {}, `${number(picked.length)} ${NAMES[level.name]} selected`), el("button", { type: "button", class: "icon", "aria-label": "Clear selection", click: () => pick([]) }, "✕")),
    missing > 0 && el("p", { class: "quiet missing" }, `${number(missing)} of them were not fetched: only links to them are known.`),
    el(
      "div",
      { class: "buttons" },
      button(level.name === "site" ? "Copy sites" : "Copy URLs", () => void copy(urls().join("\n")).then((done) => say(done ? `${number(picked.length)} copied` : "The browser refused to copy"))),
      button("GraphML", () => offer("selection.graphml", graphml(given, level, shown, picked))),
      button("CSV of nodes", () => offer("nodes.csv", nodesCsv(given, level, picked))),
      button("CSV of edges", () => offer("edges.csv", edgesCsv(level, shown, picked))),
    ),
    el(
      "ul",
      { class: "list" },
      ...picked.slice(0, 200).map((node) => el("li", {}, el("button", { type: "button", class: "link", click: () => choose(level.name, level.id[node]) }, el("bdi", {}, level.label[node])), level.name !== "site" && el("span", { class: "quiet" }, level.site[node]))),
      picked.length > 200 && el("li", { class: "quiet" }, `and ${number(picked.length - 200)} more`),
    ),
  );
}

/** The nodes that stand out, and those whose edges do: around the one pointed at or chosen, or the picked ones. */
function standing(): [Set<number> | null, number[]] {
  const level = levels(state.level);
  const chosen = state.node === null ? undefined : level.place.get(state.node);
  // Pointing elsewhere does not hide the way that is shown.
  if (way.length) return [new Set(way), way];
  if (pair.length && hovered === null) return [new Set(pair), pair];
  const centre = hovered ?? chosen ?? null;
  if (centre !== null && shown.nodes[centre]) {
    const near = new Set([centre]);
    for (const edge of level.leaving[centre]) if (shown.edges[edge]) near.add(level.target[edge]);
    for (const edge of level.arriving[centre]) if (shown.edges[edge]) near.add(level.source[edge]);
    return [near, [centre]];
  }
  return picked.length ? [new Set(picked), picked] : [null, []];
}

// -- what a reader does

let waiting = 0;
function hover(node: number | null): void {
  // Not for each node that the pointer passes over.
  clearTimeout(waiting);
  byId("stage").classList.toggle("pointing", node !== null);
  waiting = window.setTimeout(() => {
    if (hovered === node) return;
    hovered = node;
    scene.light(...standing());
  }, node === null ? 120 : 60);
}

/** What a card was opened from, to which the focus returns. */
let opener: (() => HTMLElement | null) | null = null;

/** How to find what has the focus again, when the part that it stands in was drawn anew. */
function remembered(): () => HTMLElement | null {
  const active = document.activeElement as HTMLElement | null;
  for (const id of ["side", "table"]) {
    const buttons = () => [...byId(id).querySelectorAll<HTMLElement>("button")];
    const place = active === null ? -1 : buttons().indexOf(active);
    if (place < 0) continue;
    const text = active!.textContent;
    // At its place, or where it stands now that another level is shown.
    return () => [buttons()[place], ...buttons()].find((button) => button?.textContent === text) ?? null;
  }
  return () => (active !== document.body && active?.isConnected ? active : null);
}

/** Close the card, and give the focus back. */
function closeCard(): void {
  choose(state.level, null);
  const target = opener?.() ?? byId(state.view === "map" ? "stage" : "table");
  opener = null;
  // A finger would get a keyboard that it did not ask for.
  if (!matchMedia("(pointer: coarse)").matches) target.focus({ preventScroll: target.id === "stage" });
}

function choose(name: LevelName, id: string | null, go = false, isFromSearch = false): void {
  // From card to card, what opened the first one counts.
  if (id !== null && !isFromSearch && state.node === null) opener = remembered();
  const other = name !== state.level;
  state.node = id;
  if (id === null) state.steps = 0;
  way = [];
  pair = [];
  say("");
  scene.leave();
  hovered = null;
  clearTimeout(waiting);
  if (other) {
    state.level = name;
    openLevel();
  } else draw();
  if (id === null) return;
  const node = levels(name).place.get(id);
  if (node === undefined) return;
  if (!shown.nodes[node]) say("The filters hide it on the map");
  else if (other) say(`Now on the level of ${NAMES[name]}`);
  if (go) {
    scene.goTo(node);
    byId("card-title").focus({ preventScroll: true });
  }
  reveal("side");
}

function pick(nodes: number[]): void {
  picked = nodes;
  way = [];
  pair = [];
  state.node = null;
  state.steps = 0;
  draw();
  const level = levels(state.level);
  const missing = nodes.filter((node) => !isFetched(level, node)).length;
  say(nodes.length ? `${number(nodes.length)} selected${missing ? `, ${number(missing)} of them not fetched` : ""}` : "");
  if (nodes.length) reveal("side");
}

function reset(): void {
  state = { ...initial(given), level: state.level, view: state.view, theme: state.theme };
  picked = [];
  way = [];
  pair = [];
  say("");
  drawPanel();
  draw();
  scene.fitAll();
}

/** Bring a part into view: on a narrow screen what is opened would stand below it, or far above. */
function reveal(part: "map" | "side"): void {
  byId("side").scrollTop = 0;
  if (!narrow.matches) return;
  const map = document.querySelector(".picture")!.getBoundingClientRect();
  const { top } = byId("side").getBoundingClientRect();
  // The map whole; of a card its beginning, below the map if there is room for both.
  let by = 0;
  if (part === "map") by = map.top < 0 || map.bottom > innerHeight ? map.top - 8 : 0;
  else if (top < 0 || top > innerHeight / 2) by = Math.max(Math.min(top - innerHeight / 2, map.top - 8), top - 0.7 * innerHeight);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (by) scrollBy({ top: by, behavior: still ? "auto" : "smooth" });
}

let said = 0;
function say(text: string): void {
  byId("said").textContent = text;
  clearTimeout(said);
  if (text) said = window.setTimeout(() => (byId("said").textContent = ""), 5000);
}

let own = "";
function remember(): void {
  own = toHash(state, given);
  history.replaceState(null, "", own ? `#${own}` : location.pathname + location.search);
}

for (const name of LEVELS) {
  byId(`level-${name}`).addEventListener("click", () => {
    Object.assign(state, { level: name, node: null, steps: 0, sort: "" });
    if (!(state.size in levels(name).measures)) state.size = "";
    openLevel();
    fitShown();
  });
}
for (const name of ["map", "nodes", "edges"] as ViewName[]) {
  byId(`view-${name}`).addEventListener("click", () => {
    Object.assign(state, { view: name, sort: "" });
    draw();
  });
}
byId("reset").addEventListener("click", reset);
byId("theme").addEventListener("click", () => {
  state.theme = theme().dark ? "light" : "dark";
  drawPanel();
  draw();
});
byId("zoom-in").addEventListener("click", () => scene.zoom(1.5));
byId("zoom-out").addEventListener("click", () => scene.zoom(1 / 1.5));
byId("zoom-fit").addEventListener("click", fitShown);
byId("select-shown").addEventListener("click", () => pick(levels(state.level).id.map((_, node) => node).filter((node) => shown.nodes[node])));
byId("save-png").addEventListener("click", () => void png(drawing()).then((blob) => offer("map.png", blob)));
byId("save-svg").addEventListener("click", () => offer("map.svg", drawing()));
byId("copy-address").addEventListener("click", () => void copy(location.href).then((done) => say(done ? "Link copied: it opens this view of this file" : "The browser refused to copy")));

byId("stage").addEventListener("keydown", (event) => {
  const camera = scene.sigma.getCamera();
  const step = 0.12 * camera.ratio;
  const move: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
  const by = move[event.key];
  if (by) camera.setState({ x: camera.x + by[0], y: camera.y + by[1] });
  else if (event.key === "+" || event.key === "=") camera.setState({ ratio: camera.ratio / 1.3 });
  else if (event.key === "-") camera.setState({ ratio: camera.ratio * 1.3 });
  else if (event.key === "0") fitShown();
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  const typing = (event.target as Element).closest?.("input:not([type=checkbox], [type=range]), textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    byId("search").focus();
    event.preventDefault();
  } else if (event.key === "Escape" && !typing) {
    if (state.node !== null) closeCard();
    else if (picked.length) pick([]);
  }
});
prefersDark.addEventListener("change", () => {
  drawPanel();
  draw();
});
addEventListener("hashchange", () => {
  if (location.hash.slice(1) === own) return;
  state = fromHash(location.hash, given);
  openLevel();
});

openLevel();
const start = state.node === null ? undefined : levels(state.level).place.get(state.node);
if (start !== undefined) scene.goTo(start);
else if (state.without.size) fitShown();
document.documentElement.dataset["ready"] = "";
