// Panning a large graph moves the picture that is there, and draws anew where the pointer rests: without a graphics
// card a picture of thousands of edges takes longer to draw than a movement may.
import type { Scene } from "./scene";

/** Milliseconds without a movement after which the picture is drawn anew. */
const REST = 500;

export function panByPicture(container: HTMLElement, scene: Scene): void {
  let start: { x: number; y: number } | null = null;
  let by = { x: 0, y: 0 };
  let rest = 0;

  const move = () => {
    for (const layer of container.querySelectorAll("canvas")) {
      layer.style.transform = by.x || by.y ? `translate(${by.x}px, ${by.y}px)` : "";
    }
  };
  const settle = () => {
    clearTimeout(rest);
    if (!by.x && !by.y) return;
    const camera = scene.sigma.getCamera();
    const from = scene.sigma.viewportToFramedGraph({ x: 0, y: 0 });
    const to = scene.sigma.viewportToFramedGraph(by);
    camera.setState({ x: camera.x - (to.x - from.x), y: camera.y - (to.y - from.y) });
    if (start) start = { x: start.x + by.x, y: start.y + by.y };
    by = { x: 0, y: 0 };
    // Sigma draws in the frame that it has just asked for; this one comes behind it.
    requestAnimationFrame(move);
  };

  container.addEventListener(
    "mousedown",
    (event) => {
      if (event.button === 0 && !event.shiftKey && scene.isLarge) start = { x: event.clientX, y: event.clientY };
    },
    true,
  );
  document.addEventListener(
    "mousemove",
    (event) => {
      if (!start) return;
      // Or sigma would move its camera, too.
      event.stopImmediatePropagation();
      const [x, y] = [event.clientX - start.x, event.clientY - start.y];
      if (!scene.isPanning && Math.hypot(x, y) < 4) return;
      scene.isPanning = true;
      by = { x, y };
      move();
      clearTimeout(rest);
      rest = window.setTimeout(settle, REST);
    },
    true,
  );
  document.addEventListener("mouseup", () => {
    if (!start) return;
    start = null;
    settle();
    // Behind the click that ends it, which chooses nothing.
    setTimeout(() => (scene.isPanning = false), 0);
  });
}
