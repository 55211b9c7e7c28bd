// The shortest followed way from a seed to a page, by the link that led to each page first. Pure.
import { KINDS, type Kind, type Pages } from "./data";

export interface Step {
  page: number;
  /** The block whose link leads there; null of the first page. */
  kind: Kind | null;
  position: number;
}

/** The steps from a seed to a page; null if no followed way leads there. */
export function wayTo(pages: Pages, page: number): Step[] | null {
  if (pages.depth[page] === null) return null;
  const steps: Step[] = [];
  let here = page;
  while (here !== -1) {
    const kind = pages.kind[here];
    steps.push({ page: here, kind: kind === -1 ? null : KINDS[kind], position: pages.position[here] });
    here = pages.parent[here];
  }
  steps.reverse();
  return pages.depth[steps[0].page] === 0 ? steps : null;
}

/** In words: `seed > related 3 > ranking 1`. */
export function inWords(steps: Step[]): string {
  return steps.map((step) => (step.kind === null ? "seed" : `${step.kind} ${step.position}`)).join(" > ");
}
