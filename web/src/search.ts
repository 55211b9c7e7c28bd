// Search with suggestions over titles, URLs and sites of all levels; the level shown comes first.
import { LEVELS, type Document, type Level, type LevelName } from "./data";
import { byId, el, fill } from "./dom";

/** Suggestions of the level shown, and of each other one. */
const HERE = 8;
const ELSEWHERE = 3;
const HEADINGS: Record<LevelName, string> = { page: "Pages", story: "Stories: an article with all its copies", site: "Sites" };

interface Hit {
  level: LevelName;
  node: number;
  rank: number;
}

export class Search {
  private readonly input = byId<HTMLInputElement>("search");
  private readonly list = byId("suggestions");
  private readonly texts = new Map<LevelName, string[]>();
  private hits: Hit[] = [];
  private active = -1;

  constructor(
    private readonly given: Document,
    private readonly levels: (name: LevelName) => Level,
    private readonly here: () => LevelName,
    private readonly choose: (level: LevelName, node: number) => void,
  ) {
    this.input.addEventListener("input", () => this.suggest());
    this.input.addEventListener("focus", () => this.suggest());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // The list must not go before a finger or button comes up again: what lies below would be clicked in its place.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const chosen = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (chosen?.id) this.take(Number(chosen.id.slice("hit-".length)));
    });
  }

  private suggest(): void {
    const query = fold(this.input.value.trim()).replace(/^https?:\/\//, "");
    this.hits = query ? this.find(query) : [];
    this.active = this.hits.length ? 0 : -1;
    this.draw();
  }

  private find(query: string): Hit[] {
    const words = query.split(/\s+/);
    const order = [this.here(), ...LEVELS.filter((name) => name !== this.here())];
    return order.flatMap((name, far) => {
      const found: Hit[] = [];
      const level = this.levels(name);
      this.textsOf(name).forEach((text, node) => {
        if (!words.every((word) => text.includes(word))) return;
        const start = text.startsWith(`${query}\n`) ? -1 : text.startsWith(query) ? 0 : text.includes(query) ? 1 : 2;
        found.push({ level: name, node, rank: start * 1e8 - Math.min(level.measures["indegree_net"]?.[node] ?? 0, 9e7) });
      });
      return found.sort((a, b) => a.rank - b.rank).slice(0, far ? ELSEWHERE : HERE);
    });
  }

  private textsOf(name: LevelName): string[] {
    let texts = this.texts.get(name);
    if (!texts) {
      const level = this.levels(name);
      const { url } = this.given.pages;
      texts = level.label.map((label, node) =>
        fold(`${label}\n${name === "site" ? "" : url[level.page[node]].replace(/^https?:\/\//, "")}\n${level.site[node]}`),
      );
      this.texts.set(name, texts);
    }
    return texts;
  }

  private draw(): void {
    const open = this.input.value.trim() !== "";
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `hit-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
    const groups = new Map<LevelName, HTMLElement[]>();
    this.hits.forEach(({ level: name, node }, place) => {
      const level = this.levels(name);
      const row = el(
        "li",
        { id: `hit-${place}`, role: "option", "aria-selected": String(place === this.active) },
        el("bdi", { class: "hit" }, level.label[node]),
        name !== "site" && el("span", { class: "quiet" }, level.site[node]),
      );
      groups.set(name, [...(groups.get(name) ?? []), row]);
    });
    const parts = [...groups].map(([name, rows]) =>
      el(
        "li",
        { role: "group", "aria-label": HEADINGS[name] },
        el("p", { class: "group", "aria-hidden": "true" }, HEADINGS[name]),
        el("ul", { role: "presentation" }, ...rows),
      ),
    );
    fill(this.list, ...(parts.length ? parts : [el("li", { role: "option", "aria-selected": "false", "aria-disabled": "true", class: "quiet" }, this.nothing())]));
    // Scrolls the list alone, never the page below a finger.
    const chosen = document.getElementById(`hit-${this.active}`);
    if (!chosen) return;
    const { offsetTop: top, offsetHeight: height } = chosen;
    if (top < this.list.scrollTop || this.active === 0) this.list.scrollTop = this.active === 0 ? 0 : top;
    else if (top + height > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = top + height - this.list.clientHeight;
  }

  /** What is not drawn is not in this file, but may be in the crawl. */
  private nothing(): string {
    const sampled = LEVELS.map((name) => this.given.levels[name]).some(({ known, nodes }) => known.nodes > nodes.page.length);
    return sampled ? "Nothing found among what is drawn: this is a sample" : "Nothing found";
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && this.hits.length) {
      this.active = (this.active + step + this.hits.length) % this.hits.length;
      this.draw();
      event.preventDefault();
    } else if (event.key === "Enter" && this.active >= 0) {
      this.take(this.active);
      event.preventDefault();
    } else if (event.key === "Escape") {
      this.input.value = "";
      this.close();
      event.stopPropagation();
    }
  }

  private take(place: number): void {
    const hit = this.hits[place];
    if (!hit) return;
    this.input.value = "";
    this.input.blur();
    this.close();
    this.choose(hit.level, hit.node);
  }

  private close(): void {
    this.hits = [];
    this.active = -1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function fold(text: string): string {
  return text.toLowerCase().normalize("NFKC");
}
