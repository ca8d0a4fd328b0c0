import type { RunView } from "./types";

/** What a message is, in a word or two. */
export function kindOf(run: RunView, event: number): string {
  const kind = (run.kinds[run.columns.kind[event] ?? 0] ?? "").replace(/\/\d+$/, "");
  const by = (run.bys[run.columns.by[event] ?? 0] ?? "").replace(/\/\d+$/, "");
  return by && by !== "ask" ? `${kind} · ${by}` : kind;
}

/** The sender of an event. */
export function senderOf(run: RunView, event: number): string {
  return run.agents[run.columns.sender[event] ?? 0] ?? "";
}

/** The receiver of an event. */
export function receiverOf(run: RunView, event: number): string {
  return run.agents[run.columns.to[event] ?? 0] ?? "";
}

/** The badges in a set of bits, by their index. */
export function badgesIn(bits: number, all: string[]): number[] {
  return all.flatMap((_, index) => ((bits >> index) & 1 ? [index] : []));
}

/** A badge's name as it is read. */
export function badgeName(name: string): string {
  return name === "gave_up_right" ? "gave up right answer" : name;
}

/** The text of a shell's argument. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
