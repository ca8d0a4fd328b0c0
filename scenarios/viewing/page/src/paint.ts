/** Paints swim-lanes on a canvas: bars once, the cursor above them as it moves. */
import { type Call, partsFrom } from "./calls";
import { CONDUCTOR, colour } from "./colours";
import { time } from "./numbers";
import type { RunView } from "./types";

/** The part of time that is shown, in seconds, and the size of what it is shown on. */
export interface Frame {
  from: number;
  to: number;
  began: number;
  width: number;
  lane: number;
}

/** What is painted. */
export interface Drawing {
  run: RunView;
  events: number[];
  calls: Call[];
  lanes: number[];
  path: number[];
  frame: Frame;
}

/** The width of the names, and the height of the axis. */
export const LEFT = 112;
/** The height of the axis. */
export const TOP = 20;

/** The height of a lane: less of many. */
export function laneHeight(lanes: number): number {
  return lanes > 16 ? 13 : 24;
}

function canvas(element: HTMLCanvasElement, width: number, high: number): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  element.width = Math.max(1, Math.round(width * ratio));
  element.height = Math.round(high * ratio);
  element.style.width = `${width}px`;
  element.style.height = `${high}px`;
  const context = element.getContext("2d");
  context?.scale(ratio, ratio);
  return context;
}

function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function x(frame: Frame, seconds: number): number {
  return LEFT + ((seconds - frame.from) / (frame.to - frame.from)) * (frame.width - LEFT - 6);
}

/** Paints the axis, the lanes, the calls and the critical path. */
export function paintBars(element: HTMLCanvasElement | null, drawing: Drawing, high: number): void {
  const context = element && canvas(element, drawing.frame.width, high);
  if (!context) return;
  paintAxis(context, drawing, high);
  context.save();
  context.beginPath();
  context.rect(LEFT, 0, drawing.frame.width - LEFT, high);
  context.clip();
  if (drawing.path.length) paintWaits(context, drawing);
  paintCalls(context, drawing);
  paintDeliveries(context, drawing);
  paintPath(context, drawing);
  context.restore();
}

function paintAxis(context: CanvasRenderingContext2D, drawing: Drawing, high: number): void {
  const { frame, lanes, run } = drawing;
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  lanes.forEach((agent, n) => {
    const name = run.agents[agent] ?? "";
    const y = TOP + n * frame.lane;
    context.fillStyle = n % 2 ? "transparent" : colourOf("--stripe");
    context.fillRect(0, y, frame.width, frame.lane);
    context.fillStyle = colourOf("--text");
    if (frame.lane >= 13) context.fillText(name.length > 16 ? `${name.slice(0, 15)}…` : name, 6, y + frame.lane / 2);
  });
  context.fillStyle = colourOf("--dim");
  context.strokeStyle = colourOf("--line");
  const marks = Math.max(2, Math.min(8, Math.floor((frame.width - LEFT) / 90)));
  for (let n = 0; n <= marks; n += 1) {
    const at = LEFT + (n / marks) * (frame.width - LEFT - 6);
    context.textAlign = n === 0 ? "left" : n === marks ? "right" : "center";
    context.fillText(time(frame.from - frame.began + ((frame.to - frame.from) * n) / marks), at, TOP / 2);
    context.beginPath();
    context.moveTo(at, TOP);
    context.lineTo(at, high);
    context.stroke();
  }
  context.textAlign = "left";
}

function rowOf(drawing: Drawing, agent: number): number {
  const row = drawing.lanes.indexOf(agent);
  return row < 0 ? -1 : TOP + row * drawing.frame.lane;
}

function paintWaits(context: CanvasRenderingContext2D, drawing: Drawing): void {
  context.fillStyle = colourOf("--wait");
  const before = new Map<number, number>();
  for (const one of drawing.calls) {
    const last = before.get(one.agent);
    const y = rowOf(drawing, one.agent);
    if (last !== undefined && y >= 0 && one.from > last) {
      const [a, b] = [x(drawing.frame, last), x(drawing.frame, one.from)];
      context.fillRect(a, y + drawing.frame.lane / 2 - 1, b - a, 2);
    }
    before.set(one.agent, Math.max(last ?? 0, one.to));
  }
}

function paintCalls(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { frame, run } = drawing;
  const pad = frame.lane > 16 ? 5 : 2;
  const colours = run.agents.map((name) => colour(run.agents, name));
  const rows = new Map(drawing.lanes.map((agent, n) => [agent, TOP + n * frame.lane]));
  context.globalAlpha = drawing.path.length ? 0.9 : 0.55;
  for (const one of drawing.calls) {
    if (one.to < frame.from || one.from > frame.to) continue;
    const y = rows.get(one.agent);
    if (y === undefined) continue;
    const from = x(frame, one.from);
    const width = Math.max(1.5, x(frame, one.to) - from);
    context.fillStyle = colours[one.agent] ?? "#888";
    context.strokeStyle = colours[one.agent] ?? "#888";
    if (one.parts && width > 3) paintParts(context, drawing, one, y + pad, frame.lane - 2 * pad);
    else if (one.work === "judge") context.strokeRect(from + 0.5, y + pad + 0.5, width, frame.lane - 2 * pad - 1);
    else context.fillRect(from, y + pad, width, frame.lane - 2 * pad);
    if (one.work === "joint" && width > 6) hatch(context, from, y + pad, width, frame.lane - 2 * pad);
  }
  context.globalAlpha = 1;
}

/** Paints a call in its parts: a line while it waits in the mailbox, pale in the queue, half while it reads, full while it writes. */
function paintParts(context: CanvasRenderingContext2D, drawing: Drawing, one: Call, top: number, high: number): void {
  if (!one.parts) return;
  const begin = partsFrom(one, one.parts);
  const strong = context.globalAlpha;
  const fill = (from: number, to: number, alpha: number, thin = false) => {
    context.globalAlpha = strong * alpha;
    const left = x(drawing.frame, from);
    const width = Math.max(0, x(drawing.frame, to) - left);
    context.fillRect(left, thin ? top + high / 2 - 1.5 : top, width, thin ? 3 : high);
  };
  fill(one.from, begin.queue, 0.5, true);
  fill(begin.queue, begin.prefill, 0.25);
  fill(begin.prefill, begin.decode, 0.55);
  fill(begin.decode, one.to, 1);
  context.globalAlpha = strong;
  if (one.work === "judge") context.strokeRect(x(drawing.frame, one.from) + 0.5, top + 0.5, x(drawing.frame, one.to) - x(drawing.frame, one.from), high - 1);
}

function hatch(context: CanvasRenderingContext2D, left: number, top: number, width: number, high: number): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, high);
  context.clip();
  context.strokeStyle = "rgba(255,255,255,.6)";
  context.beginPath();
  for (let at = left - high; at < left + width; at += 7) {
    context.moveTo(at, top + high);
    context.lineTo(at + high, top);
  }
  context.stroke();
  context.restore();
}

function paintDeliveries(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { run, frame } = drawing;
  if (drawing.events.length > 5000) return;
  const protocol = run.agents.indexOf(CONDUCTOR);
  const { sender, to, seconds } = run.columns;
  for (const event of drawing.events) {
    const between = sender[event] !== protocol && to[event] !== protocol;
    const lane = rowOf(drawing, (between ? to : sender)[event] ?? 0);
    if (lane < 0 || (!between && sender[event] !== protocol)) continue;
    const at = x(frame, seconds[event] ?? 0);
    context.fillStyle = colour(run.agents, run.agents[sender[event] ?? 0] ?? "");
    context.beginPath();
    context.moveTo(at, lane + frame.lane / 2 - 4);
    context.lineTo(at + 3, lane + frame.lane / 2);
    context.lineTo(at, lane + frame.lane / 2 + 4);
    context.lineTo(at - 3, lane + frame.lane / 2);
    context.fill();
  }
}

function paintPath(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { run, frame } = drawing;
  if (drawing.path.length < 2) return;
  const { sender, to, seconds } = run.columns;
  const on = new Set(drawing.path);
  context.strokeStyle = colourOf("--path");
  context.lineWidth = 2;
  for (const one of drawing.calls) {
    const lane = rowOf(drawing, one.agent);
    if (!on.has(one.reply) || !on.has(one.request) || lane < 0) continue;
    const pad = frame.lane > 16 ? 4 : 1;
    const from = x(frame, one.from);
    context.strokeRect(from, lane + pad, Math.max(2, x(frame, one.to) - from), frame.lane - 2 * pad);
  }
  context.setLineDash([3, 3]);
  context.lineWidth = 1.5;
  context.beginPath();
  for (const event of drawing.path) {
    const [a, b] = [rowOf(drawing, sender[event] ?? 0), rowOf(drawing, to[event] ?? 0)];
    if (a < 0 || b < 0) continue;
    const at = x(frame, seconds[event] ?? 0);
    context.moveTo(at, a + frame.lane / 2);
    context.lineTo(at, b + frame.lane / 2);
  }
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 1;
}

/** Paints the cursor. */
export function paintCursor(element: HTMLCanvasElement | null, drawing: Drawing, high: number, event: number | undefined): void {
  const context = element && canvas(element, drawing.frame.width, high);
  if (!context || event === undefined) return;
  const at = x(drawing.frame, drawing.run.columns.seconds[event] ?? 0);
  if (at < LEFT - 1) return;
  context.strokeStyle = colourOf("--cursor");
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(at, 0);
  context.lineTo(at, high);
  context.stroke();
}
