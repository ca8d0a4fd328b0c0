import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { CONDUCTOR, colour, markPath, shape } from "./colours";
import { agentsOf } from "./edges";
import { count, time } from "./numbers";
import { current, cursor, events, goTo, run } from "./state";
import { type Edge, type Node, Traffic } from "./traffic";
import { receiverOf, senderOf } from "./words";

const WIDE = 520;
const HIGH = 340;
const MOST = 24;

interface Point { x: number; y: number }

const whole = computed(() => new Traffic(run.value, events.value));
const drawn = computed(() => {
  const all = new Traffic(run.value, events.value).moveTo(events.value.length - 1);
  return agentsOf(run.value, all.edges.values(), MOST);
});

const places = computed<Map<string, Point>>(() => {
  const names = drawn.value.shown.filter((name) => name !== CONDUCTOR);
  const found = new Map<string, Point>([[CONDUCTOR, { x: WIDE / 2, y: HIGH / 2 }]]);
  if (names.length === 1) return found.set(names[0] ?? "", { x: WIDE - 110, y: HIGH / 2 }).set(CONDUCTOR, { x: 110, y: HIGH / 2 });
  const start = names.length === 2 ? Math.PI : -Math.PI / 2;
  names.forEach((name, n) => {
    const angle = start + (2 * Math.PI * n) / names.length;
    found.set(name, { x: WIDE / 2 + 185 * Math.cos(angle), y: HIGH / 2 + 122 * Math.sin(angle) });
  });
  return found;
});

/** The topology as the messages draw it, with what travels at the cursor. */
export function Graph() {
  const traffic = whole.value.moveTo(cursor.value);
  const planned = new Set(run.value.arrows.map(([from, to]) => `${from}\n${to}`));
  const edges = [...traffic.edges.values()].filter((one) => places.value.has(one.from) && places.value.has(one.to));
  const there = new Set(edges.map((one) => `${one.from}\n${one.to}`));
  const shown = new Set(drawn.value.shown);
  const dead = [...planned].filter((key) => !there.has(key)).map((key) => key.split("\n") as [string, string]);
  const most = Math.max(1, ...edges.map((one) => one.messages));
  return (
    <figure class="panel graph">
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label="Who sent messages to whom, up to the cursor">
        <defs>
          <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto">
            <path d="M0 0 L8 4 L0 8 z" class="arrow-head" />
          </marker>
        </defs>
        {dead.filter(([a, b]) => shown.has(a) && shown.has(b)).map(([from, to]) => (
          <path key={`${from}${to}`} class="edge dead" d={curve(from, to)} marker-end="url(#head)">
            <title>{`${from} → ${to}: in the topology, no message`}</title>
          </path>
        ))}
        {edges.map((one) => <EdgeLine key={`${one.from}\n${one.to}`} edge={one} most={most} few={edges.length <= 16} />)}
        {drawn.value.shown.map((name) => <NodeMark key={name} name={name} node={traffic.nodes.get(name)} />)}
        <Pulse />
      </svg>
      <figcaption class="small">
        Numbers on arrows count messages{dead.length ? "; dashed arrows are in the topology, but no message took them" : ""}.
        {drawn.value.left > 0 && ` The ${MOST} busiest agents are drawn, ${drawn.value.left} more are not.`}
      </figcaption>
    </figure>
  );
}

function curve(from: string, to: string): string {
  const a = places.value.get(from) ?? { x: 0, y: 0 };
  const b = places.value.get(to) ?? { x: 0, y: 0 };
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [dx, dy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const room = 22;
  const [x1, y1, x2, y2] = [a.x + dx * room, a.y + dy * room, b.x - dx * room, b.y - dy * room];
  const bend = Math.min(26, length / 9);
  return `M ${x1} ${y1} Q ${(x1 + x2) / 2 - dy * bend} ${(y1 + y2) / 2 + dx * bend} ${x2} ${y2}`;
}

function middle(from: string, to: string): Point {
  const a = places.value.get(from) ?? { x: 0, y: 0 };
  const b = places.value.get(to) ?? { x: 0, y: 0 };
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const bend = Math.min(26, length / 9) / 2 + 7;
  const share = 0.55;
  return {
    x: a.x + (b.x - a.x) * share - ((b.y - a.y) / length) * bend,
    y: a.y + (b.y - a.y) * share + ((b.x - a.x) / length) * bend,
  };
}

function EdgeLine({ edge, most, few }: { edge: Edge; most: number; few: boolean }) {
  const on = current.value >= 0 && senderOf(run.value, current.value) === edge.from && receiverOf(run.value, current.value) === edge.to;
  const at = middle(edge.from, edge.to);
  const joint = edge.messages === 0 && edge.from === "decoder";
  const latency = edge.replies ? `, ${count(edge.tokens)} tokens, ${time(edge.seconds / edge.replies)} on average` : "";
  const failed = edge.failed ? `, ${edge.failed} failed` : "";
  const style = { strokeWidth: `${1 + (2.5 * edge.messages) / most}px` };
  return (
    <g class={on ? "on" : ""}>
      <path class={`edge ${joint ? "joint" : edge.messages ? "" : "later"} ${edge.failed ? "failed" : ""}`} d={curve(edge.from, edge.to)} style={style} marker-end="url(#head)">
        <title>{joint ? `${edge.to} writes with ${edge.from}: token by token, without messages`
          : `${edge.from} → ${edge.to}: ${count(edge.messages)} messages${latency}${failed}`}</title>
      </path>
      {few && edge.messages > 0 && <text class="edge-label" x={at.x} y={at.y + 4}>{count(edge.messages)}</text>}
    </g>
  );
}

function NodeMark({ name, node }: { name: string; node: Node | undefined }) {
  const at = places.value.get(name) ?? { x: 0, y: 0 };
  const agents = run.value.agents;
  const on = current.value >= 0 && [senderOf(run.value, current.value), receiverOf(run.value, current.value)].includes(name);
  const below = at.y >= HIGH / 2 - 1;
  const small = drawn.value.shown.length > 14;
  return (
    <g class={`node ${on ? "on" : ""}`} transform={`translate(${at.x} ${at.y})`} role="button" tabIndex={0}
      aria-label={`the next message of ${name}`} onClick={() => next(name)} onKeyDown={(event) => event.key === "Enter" && next(name)}>
      <path d={markPath(name === CONDUCTOR ? "circle" : shape(agents, name), small ? 10 : 14)} fill={name === CONDUCTOR ? "var(--conductor)" : colour(agents, name)} />
      <text class="node-name" y={below ? 30 : node?.calls && !small ? -36 : -24}>{name.length > 18 ? `${name.slice(0, 17)}…` : name}</text>
      {node && node.calls > 0 && !small && (
        <text class="node-fact" y={below ? 44 : -22}>
          {`${count(node.calls)} ${node.calls === 1 ? "call" : "calls"} · ${count(node.tokens)} tok · ${time(node.seconds / node.calls)}`}
        </text>
      )}
      <title>{name === CONDUCTOR ? "conductor: the protocol itself" : `${name} ${run.value.models[name] ?? ""}`}</title>
    </g>
  );
}

function next(name: string): void {
  const list = events.value;
  const says = (event: number) => senderOf(run.value, event) === name;
  const after = list.slice(cursor.value + 1).find(says) ?? list.find(says);
  if (after !== undefined) goTo(after);
}

function Pulse() {
  const dot = useRef<SVGPathElement>(null);
  const event = current.value;
  const from = event < 0 ? "" : senderOf(run.value, event);
  const to = event < 0 ? "" : receiverOf(run.value, event);
  const path = places.value.has(from) && places.value.has(to) ? curve(from, to) : "";
  useEffect(() => {
    const element = dot.current;
    if (!path || !element || matchMedia("(prefers-reduced-motion: reduce)").matches) return undefined;
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    const length = line.getTotalLength();
    const began = performance.now();
    let frame = requestAnimationFrame(function move(now: number) {
      const share = Math.min(1, (now - began) / 420);
      const at = line.getPointAtLength(length * share);
      element.setAttribute("transform", `translate(${at.x} ${at.y})`);
      element.setAttribute("opacity", String(share < 1 ? 1 : 0));
      if (share < 1) frame = requestAnimationFrame(move);
    });
    return () => cancelAnimationFrame(frame);
  }, [event, path]);
  const kind = shape(run.value.agents, from);
  return <path ref={dot} class="pulse" d={markPath(kind, 6)} fill={colour(run.value.agents, from)} opacity="0" />;
}
