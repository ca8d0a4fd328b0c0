/** Colours of Okabe and Ito, told apart by colour-blind readers, each with a shape for who sees none. */

const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b0a000"];
const SHAPES = ["circle", "square", "triangle", "diamond", "pentagon"] as const;

/** The shape of a mark. */
export type Shape = (typeof SHAPES)[number];

/** The name of the protocol itself. */
export const CONDUCTOR = "conductor";

/** The colour of an agent, by its number in the run. */
export function colour(agents: string[], name: string): string {
  const index = place(agents, name);
  return index < 0 ? "#8a8f98" : (COLOURS[index % COLOURS.length] ?? "#8a8f98");
}

/** The shape of an agent. */
export function shape(agents: string[], name: string): Shape {
  const index = place(agents, name);
  return index < 0 ? "circle" : (SHAPES[Math.floor(index / COLOURS.length + (index % SHAPES.length)) % SHAPES.length] ?? "circle");
}

function place(agents: string[], name: string): number {
  if (name === CONDUCTOR) return -1;
  const index = agents.filter((one) => one !== CONDUCTOR).indexOf(name);
  return index < 0 ? [...name].reduce((sum, one) => sum + one.charCodeAt(0), 0) : index;
}

/** A mark around the origin as an SVG path. */
export function markPath(kind: Shape, size: number): string {
  if (kind === "circle") return `M ${-size} 0 A ${size} ${size} 0 1 0 ${size} 0 A ${size} ${size} 0 1 0 ${-size} 0 Z`;
  const corners = { square: 4, triangle: 3, diamond: 4, pentagon: 5 }[kind];
  const turn = kind === "square" ? Math.PI / 4 : Math.PI / 2;
  const radius = size * (kind === "triangle" ? 1.25 : 1.12);
  const points = Array.from({ length: corners }, (_, n) => {
    const angle = turn + (2 * Math.PI * n) / corners;
    return `${(radius * Math.cos(angle)).toFixed(1)} ${(-radius * Math.sin(angle)).toFixed(1)}`;
  });
  return `M ${points.join(" L ")} Z`;
}
