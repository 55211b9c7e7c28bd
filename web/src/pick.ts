// Picking several nodes with a box: Shift and drag.
import type { Level } from "./data";
import { el } from "./dom";
import type { Scene } from "./scene";

export function pickByBox(container: HTMLElement, scene: Scene, level: () => Level, isShown: (node: number) => boolean, pick: (nodes: number[]) => void): void {
  const box = el("div", { class: "box", hidden: true });
  container.append(box);
  let start: { x: number; y: number } | null = null;

  const at = (event: PointerEvent) => {
    const { left, top } = container.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const sides = (event: PointerEvent) => {
    const end = at(event);
    return { left: Math.min(start!.x, end.x), top: Math.min(start!.y, end.y), right: Math.max(start!.x, end.x), bottom: Math.max(start!.y, end.y) };
  };
  // While capturing, so that sigma does not pan meanwhile.
  container.addEventListener(
    "pointerdown",
    (event) => {
      if (!event.shiftKey || event.button !== 0) return;
      start = at(event);
      scene.sigma.setSetting("enableCameraPanning", false);
      container.setPointerCapture(event.pointerId);
    },
    true,
  );
  container.addEventListener("pointermove", (event) => {
    if (!start) return;
    const { left, top, right, bottom } = sides(event);
    box.hidden = false;
    Object.assign(box.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
  });
  container.addEventListener("pointerup", (event) => {
    if (!start) return;
    const { left, top, right, bottom } = sides(event);
    start = null;
    box.hidden = true;
    scene.sigma.setSetting("enableCameraPanning", true);
    if (right - left < 4 && bottom - top < 4) return;
    const given = level();
    const nodes: number[] = [];
    for (let node = 0; node < given.count; node++) {
      if (!isShown(node)) continue;
      const { x, y } = scene.sigma.graphToViewport({ x: given.x[node], y: given.y[node] });
      if (x >= left && x <= right && y >= top && y <= bottom) nodes.push(node);
    }
    pick(nodes);
  });
}
