// Elements. Strings become text nodes or attributes, never markup: the only way that this page makes elements.

type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | ((event: never) => void) | undefined;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  given: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (name === "class") element.className = String(value);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else if (value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** A coloured dot. */
export function dot(colour: string, shape = "dot"): HTMLElement {
  const mark = el("span", { class: shape, "aria-hidden": "true" });
  mark.style.backgroundColor = colour;
  return mark;
}

export function option(value: string, text: string, chosen: boolean): HTMLOptionElement {
  return el("option", { value, selected: chosen }, text);
}

const INTEGERS = new Intl.NumberFormat("en", { useGrouping: true });

export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (Number.isInteger(value)) return INTEGERS.format(value);
  return Math.abs(value) >= 0.001 ? value.toFixed(3) : value.toExponential(1);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}
