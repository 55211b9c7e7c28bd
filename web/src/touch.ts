// Fingers on a narrow screen, where the page scrolls: one scrolls the page, two move and zoom the map, as with maps in
// other pages. A reader who tries with one is told.
import { el } from "./dom";
import type { Scene } from "./scene";

/** Pixels from which a finger is moved, not put down. */
const MOVED = 12;
const SEEN = 1200;

export function shareFingers(container: HTMLElement, scene: Scene, scrolls: () => boolean): void {
  const hint = el("p", { class: "gesture", "aria-hidden": "true", hidden: true }, el("span", {}, "Use two fingers to move the map"));
  container.append(hint);
  let start: { x: number; y: number } | null = null;
  let hiding = 0;

  container.addEventListener(
    "touchstart",
    (event) => {
      const { clientX: x, clientY: y } = event.touches[0];
      start = event.touches.length === 1 && scrolls() ? { x, y } : null;
      // Sigma would keep the page from scrolling; a tap still comes to it, as a click.
      if (start) event.stopPropagation();
      else if (event.touches.length > 1) {
        scene.isPanning = true;
        hint.hidden = true;
      }
    },
    true,
  );
  container.addEventListener("touchmove", (event) => {
    if (!start || Math.hypot(event.touches[0].clientX - start.x, event.touches[0].clientY - start.y) < MOVED) return;
    hint.hidden = false;
    clearTimeout(hiding);
    hiding = window.setTimeout(() => (hint.hidden = true), SEEN);
  });
  const end = (event: TouchEvent) => {
    if (event.touches.length) return;
    start = null;
    // Behind what sigma makes of the last finger's end: it was no tap.
    setTimeout(() => (scene.isPanning = false), 0);
  };
  container.addEventListener("touchend", end);
  container.addEventListener("touchcancel", end);
}
