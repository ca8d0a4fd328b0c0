/** What went along each edge, up to the cursor. */
import type { RunView } from "./types";
import { CONDUCTOR } from "./colours";
import { isReply } from "./calls";

/** An edge: its messages, their tokens, and the mean time of the replies that went along it. */
export interface Edge {
  from: string;
  to: string;
  messages: number;
  tokens: number;
  seconds: number;
  replies: number;
  failed: number;
}

/** What an agent did. */
export interface Node {
  name: string;
  calls: number;
  tokens: number;
  seconds: number;
}

/** What went along each edge and what each agent did, in the events up to a place; the edge of peers is by name. */
export function edgesOf(run: RunView, events: number[], upTo: number): { edges: Map<string, Edge>; nodes: Map<string, Node> } {
  const edges = new Map<string, Edge>();
  const nodes = new Map<string, Node>();
  const { columns, agents } = run;
  const failure = run.kinds.findIndex((kind) => kind.startsWith("failure/"));
  for (let place = 0; place < events.length; place += 1) {
    const event = events[place] ?? 0;
    const edge = put(edges, agents[columns.sender[event] ?? 0] ?? "", agents[columns.to[event] ?? 0] ?? "");
    for (const peer of run.groups[columns.peers[event] ?? 0] ?? []) put(edges, edge.to, peer);
    if (place > upTo) continue;
    edge.messages += 1;
    if (columns.kind[event] === failure) edge.failed += 1;
    if (!isReply(run, event)) continue;
    const tokens = (columns.prompt_tokens[event] ?? 0) + (columns.completion_tokens[event] ?? 0);
    const seconds = (columns.seconds[event] ?? 0) - (columns.seconds[columns.cause[event] ?? 0] ?? 0);
    edge.tokens += tokens;
    edge.seconds += seconds;
    edge.replies += 1;
    const node = nodes.get(edge.from) ?? { name: edge.from, calls: 0, tokens: 0, seconds: 0 };
    nodes.set(edge.from, { ...node, calls: node.calls + 1, tokens: node.tokens + tokens, seconds: node.seconds + seconds });
  }
  return { edges, nodes };
}

function put(edges: Map<string, Edge>, from: string, to: string): Edge {
  const key = `${from}\n${to}`;
  const found = edges.get(key) ?? { from, to, messages: 0, tokens: 0, seconds: 0, replies: 0, failed: 0 };
  edges.set(key, found);
  return found;
}

/** The agents of edges and of the topology, the protocol first; at most so many, those with most messages. */
export function agentsOf(run: RunView, edges: Iterable<Edge>, most: number): { shown: string[]; left: number } {
  const busy = new Map<string, number>();
  for (const one of edges) for (const name of [one.from, one.to]) busy.set(name, (busy.get(name) ?? 0) + one.messages + 1);
  for (const [a, b] of run.arrows) for (const name of [a, b]) if (busy.size) busy.set(name, busy.get(name) ?? 0);
  const order = [...run.agents, ...busy.keys()];
  const names = [...busy.keys()].filter((name) => name !== CONDUCTOR);
  const kept = new Set(names.sort((a, b) => (busy.get(b) ?? 0) - (busy.get(a) ?? 0)).slice(0, most));
  const shown = [...new Set(order)].filter((name) => kept.has(name));
  return { shown: busy.has(CONDUCTOR) ? [CONDUCTOR, ...shown] : shown, left: names.length - kept.size };
}
