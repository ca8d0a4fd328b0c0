/** What is looked at: one cursor that graph, timeline and transcript share. */
import { computed, signal } from "@preact/signals";
import { textOf } from "./pages";
import type { Head, RunView } from "./types";

/** A part of a run: one question by its index, or all questions of a stage. */
export type Scope = { question: number } | { stage: string };

/** The tabs of the page. */
export type Tab = "conversation" | "budget" | "compare" | "search" | "training" | "about";

/** The document's head. */
export const head = signal<Head>({
  view: 1, symposia: "", served: false, badges: [], says: {}, runs: [], pages: [], versus: [],
});
/** The index of the run. */
export const runIndex = signal(0);
/** The part of it. */
export const scope = signal<Scope>({ stage: "" });
/** The place of the cursor among the events of the scope. */
export const cursor = signal(0);
/** True while it plays. */
export const playing = signal(false);
/** Events a second; 0 is as it was. */
export const speed = signal(4);
/** The badges that are looked for. */
export const wanted = signal<ReadonlySet<number>>(new Set());
/** The words that are looked for. */
export const query = signal("");
/** The tab. */
export const tab = signal<Tab>("conversation");
/** True while the keys are explained. */
export const helping = signal(false);
/** Whether new events are followed as they come. */
export const live = signal<"" | "live" | "lost">("");

const EMPTY: RunView = {
  name: "", directory: "", finished: false, protocol: "", task: "", models: {}, agents: [], arrows: [], places: [],
  roots: [], kinds: [], bys: [], finishes: [], groups: [[]], questions: [], stops: {}, report: {}, budget: {},
  columns: {
    place: [], cause: [], sender: [], to: [], kind: [], by: [], turn: [], seconds: [], prompt_tokens: [],
    completion_tokens: [], calls: [], finish: [], text: [], badges: [], right: [], peers: [],
  },
  costs: {}, timings: {}, search: null, trainings: [],
};

/** The run that is looked at. */
export const run = computed<RunView>(() => head.value.runs[runIndex.value] ?? EMPTY);

/** The stage of a place: `single/amber` of `single/amber/7`. */
export function stageOf(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf("/")));
}

/** The stages of the run, that which is reported first. */
export const stages = computed<string[]>(() => {
  const found = [...new Set(run.value.questions.map((one) => stageOf(one.place)))];
  return found.sort((a, b) => Number(b === "test") - Number(a === "test"));
});

/** The events of each question, in order. */
export const byQuestion = computed<number[][]>(() => {
  const { columns, roots, questions } = run.value;
  const found: number[][] = questions.map(() => []);
  columns.place.forEach((place, event) => found[roots[place] ?? 0]?.push(event));
  return found;
});

/** The events of the scope, in order. */
export const events = computed<number[]>(() => {
  const chosen = scope.value;
  if ("question" in chosen) return byQuestion.value[chosen.question] ?? [];
  const { columns, roots, questions } = run.value;
  const inside = questions.map((one) => chosen.stage === "" || stageOf(one.place) === chosen.stage);
  return columns.place.flatMap((place, event) => (inside[roots[place] ?? 0] ? [event] : []));
});

/** The event at the cursor; -1 of none. */
export const current = computed<number>(() => events.value[Math.min(cursor.value, events.value.length - 1)] ?? -1);

/** A text of the run by number. */
export function text(number: number, index: number = runIndex.value): string | null {
  const pages = head.value.pages[index];
  return pages ? textOf(index, pages, number) : "";
}

/** Puts the cursor at a place in the scope. */
export function moveTo(place: number): void {
  cursor.value = Math.max(0, Math.min(events.value.length - 1, place));
}

/** Puts the cursor at an event, in its question where it is not in the scope. */
export function goTo(event: number): void {
  let place = events.value.indexOf(event);
  if (place < 0) {
    scope.value = { question: run.value.roots[run.value.columns.place[event] ?? 0] ?? 0 };
    place = events.value.indexOf(event);
  }
  moveTo(place);
}

/** Looks at another part, from its beginning or its end. */
export function look(part: Scope, at: "end" | "start" = "end"): void {
  scope.value = part;
  playing.value = false;
  cursor.value = at === "end" ? Math.max(0, events.value.length - 1) : 0;
}

/** Looks at another run. */
export function lookAtRun(index: number): void {
  const place = "question" in scope.value ? run.value.questions[scope.value.question]?.place : undefined;
  runIndex.value = index;
  const same = run.value.questions.findIndex((one) => one.place === place);
  look(same >= 0 ? { question: same } : first());
}

/** What is looked at first: the first reported question. */
export function first(): Scope {
  const stage = stages.value[0] ?? "";
  const found = run.value.questions.findIndex((one) => stageOf(one.place) === stage);
  return found >= 0 ? { question: found } : { stage: "" };
}
