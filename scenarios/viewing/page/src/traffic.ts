/** What went along each edge up to the cursor, kept as the cursor moves: a step costs as much as the events it passes. */
import { isReply } from "./calls";
import type { RunView } from "./types";

/** An edge: its messages, their tokens, and the time of the replies that went along it. */
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

/** The traffic of a list of events, at a place in it. */
export class Traffic {
  /** The edges, also those that are taken later, by their ends. */
  readonly edges = new Map<string, Edge>();
  /** The agents that replied, by name. */
  readonly nodes = new Map<string, Node>();
  private at = -1;
  private readonly failure: number;
  private readonly byPair = new Map<number, Edge>();

  constructor(private readonly run: RunView, private readonly events: number[]) {
    this.failure = run.kinds.findIndex((kind) => kind.startsWith("failure/"));
    const { columns, groups } = run;
    for (const event of events) {
      const edge = this.edgeOf(event);
      const group = columns.peers[event] ?? 0;
      if (group) for (const peer of groups[group] ?? []) this.put(edge.to, peer);
    }
  }

  /** Counts up to a place, or back to it. */
  moveTo(place: number): this {
    for (; this.at < Math.min(place, this.events.length - 1); this.at += 1) this.count(this.events[this.at + 1] ?? 0, 1);
    for (; this.at > place; this.at -= 1) this.count(this.events[this.at] ?? 0, -1);
    return this;
  }

  private edgeOf(event: number): Edge {
    const { columns, agents } = this.run;
    const [from, to] = [columns.sender[event] ?? 0, columns.to[event] ?? 0];
    const pair = from * agents.length + to;
    const known = this.byPair.get(pair);
    if (known) return known;
    const edge = this.put(agents[from] ?? "", agents[to] ?? "");
    this.byPair.set(pair, edge);
    return edge;
  }

  private put(from: string, to: string): Edge {
    const key = `${from}\n${to}`;
    const found = this.edges.get(key) ?? { from, to, messages: 0, tokens: 0, seconds: 0, replies: 0, failed: 0 };
    this.edges.set(key, found);
    return found;
  }

  private count(event: number, sign: 1 | -1): void {
    const { columns } = this.run;
    const edge = this.edgeOf(event);
    edge.messages += sign;
    if (columns.kind[event] === this.failure) edge.failed += sign;
    if (!isReply(this.run, event)) return;
    const tokens = (columns.prompt_tokens[event] ?? 0) + (columns.completion_tokens[event] ?? 0);
    const seconds = (columns.seconds[event] ?? 0) - (columns.seconds[columns.cause[event] ?? 0] ?? 0);
    edge.tokens += sign * tokens;
    edge.seconds += sign * seconds;
    edge.replies += sign;
    const node = this.nodes.get(edge.from) ?? { name: edge.from, calls: 0, tokens: 0, seconds: 0 };
    this.nodes.set(edge.from, node);
    node.calls += sign;
    node.tokens += sign * tokens;
    node.seconds += sign * seconds;
  }
}
