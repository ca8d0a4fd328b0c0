/** Which agents are drawn. */
import { CONDUCTOR } from "./colours";
import type { Edge } from "./traffic";
import type { RunView } from "./types";

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
