// The shortest followed way from a seed to a page, as `crawl path` tells it. Pure.
import { KINDS, type Kind, type Pages } from "./data";

export interface Step {
  page: number;
  /** The block whose link leads there; null of the first page, and where the page before redirects. */
  kind: Kind | null;
  /** In words: `seed`, `related 3`, `redirect`. */
  said: string;
}

/** The steps from a seed to a page; null if no followed way leads there. */
export function wayTo(pages: Pages, page: number): Step[] | null {
  if (pages.depth[page] === null) return null;
  const steps: Step[] = [];
  for (let here = page; here !== -1; here = pages.parent[here]) {
    const kind = KINDS[pages.kind[here]] ?? null;
    const said = kind === null ? (pages.parent[here] === -1 ? "seed" : "redirect") : `${kind} ${pages.position[here]}`;
    steps.push({ page: here, kind, said });
  }
  steps.reverse();
  return pages.depth[steps[0].page] === 0 ? steps : null;
}

/** In words: `seed > related 3 > redirect`. */
export function inWords(steps: Step[]): string {
  return steps.map((step) => step.said).join(" > ");
}
