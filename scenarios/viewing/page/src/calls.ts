/** Calls: a request and its reply, as the deliveries of the trace tell them. */
import type { RunView } from "./types";
import { CONDUCTOR } from "./colours";

/** What kind of work a call was. */
export type Work = "call" | "joint" | "judge";

/** A call of an agent, from the delivery of its request to that of its reply, in seconds. */
export interface Call {
  request: number;
  reply: number;
  agent: number;
  from: number;
  to: number;
  work: Work;
  parts: Parts | null;
}

/** Where the time of a call went, in seconds; what is left of it was the mailbox and other waits. */
export interface Parts {
  queue: number;
  prefill: number;
  decode: number;
}

/** When the parts of a call begin: it is delivered, queues, reads its prompt, writes; they end at its reply. */
export function partsFrom(call: Call, parts: Parts): { queue: number; prefill: number; decode: number } {
  const decode = Math.max(call.from, call.to - parts.decode);
  const prefill = Math.max(call.from, decode - parts.prefill);
  return { decode, prefill, queue: Math.max(call.from, prefill - parts.queue) };
}

function partsOf(run: RunView, request: number): Parts | null {
  const found = run.timings[request];
  return found ? { queue: found[0], prefill: found[1], decode: found[2] } : null;
}

/** True of a reply to the protocol. */
export function isReply(run: RunView, event: number): boolean {
  const { to, sender, cause } = run.columns;
  return run.agents[to[event] ?? 0] === CONDUCTOR && run.agents[sender[event] ?? 0] !== CONDUCTOR && (cause[event] ?? -1) >= 0;
}

/** True of a place within a team that answers as one agent: its tokens are in that agent's answer, too. */
export function isInner(run: RunView, event: number): boolean {
  const place = run.columns.place[event] ?? 0;
  const where = run.places[place] ?? "";
  const root = run.questions[run.roots[place] ?? 0]?.place ?? "";
  return /\/[^/]+\.\d+(\/|$)/.test(where.slice(root.length));
}

/** The call that a reply ends; null of another event. */
export function callOf(run: RunView, event: number): Call | null {
  if (!isReply(run, event)) return null;
  const { cause, sender, seconds, place, kind } = run.columns;
  const request = cause[event] ?? 0;
  const where = run.places[place[event] ?? 0] ?? "";
  const joint = (run.kinds[kind[event] ?? 0] ?? "").startsWith("decoded/");
  return {
    request,
    reply: event,
    agent: sender[event] ?? 0,
    from: seconds[request] ?? 0,
    to: seconds[event] ?? 0,
    parts: partsOf(run, request),
    work: /\/grade(\/|$)/.test(where) ? "judge" : joint ? "joint" : "call",
  };
}

/** The calls that these events end. */
export function callsOf(run: RunView, events: number[]): Call[] {
  return events.flatMap((event) => callOf(run, event) ?? []);
}

/**
 * The critical path to the last event of a question: back along causes, and, where the trace tells none, to the
 * message before it. Returns the events, first to last.
 */
export function criticalPath(run: RunView, events: number[]): number[] {
  const { cause } = run.columns;
  const place = new Map(events.map((event, index) => [event, index]));
  const path: number[] = [];
  let at = events.length - 1;
  while (at >= 0) {
    const event = events[at] ?? 0;
    path.push(event);
    const before = place.get(cause[event] ?? -1);
    at = before !== undefined && before < at ? before : at - 1;
  }
  return path.reverse();
}

/** Of calls: how long at least one ran, and how long all took together. */
export function busy(calls: Call[]): { wall: number; work: number } {
  const sorted = [...calls].sort((a, b) => a.from - b.from);
  let wall = 0;
  let end = -Infinity;
  for (const one of sorted) {
    wall += Math.max(0, one.to - Math.max(end, one.from));
    end = Math.max(end, one.to);
  }
  return { wall, work: calls.reduce((sum, one) => sum + one.to - one.from, 0) };
}
