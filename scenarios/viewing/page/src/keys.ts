/** The keyboard. */
import { zoomBy } from "./timeline";
import { toggle } from "./scrubber";
import { found } from "./filter";
import { cursor, events, helping, look, moveTo, playing, query, run, scope, stageOf, wanted } from "./state";

/** The keys and what they do, as the help tells them. */
export const KEYS: [string, string][] = [
  ["Space", "play, pause"],
  ["← →", "one message back, on"],
  ["Shift ← →", "the message before, after, that the filter lets through"],
  ["↑ ↓", "the question before, after"],
  ["Home End", "the beginning, the end"],
  ["+ −", "zoom the timeline"],
  ["/", "filter"],
  ["Esc", "clear the filter, close this"],
  ["?", "this help"],
];

/** Has the page listen to the keys. */
export function listen(): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key === "Escape") return escape(target);
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
      if (!(target instanceof HTMLInputElement && target.type === "range" && event.key === " ")) return;
    }
    if (event.key === " " && /^(BUTTON|SUMMARY)$/.test(target.tagName) && !target.closest(".message, .question, .play")) return;
    const act = ACTS[event.key];
    if (!act) return;
    event.preventDefault();
    act(event.shiftKey);
  });
}

const ACTS: Record<string, (shift: boolean) => void> = {
  " ": () => toggle(),
  ArrowLeft: (shift) => step(-1, shift),
  ArrowRight: (shift) => step(1, shift),
  ArrowUp: () => question(-1),
  ArrowDown: () => question(1),
  Home: () => moveTo(0),
  End: () => moveTo(events.value.length - 1),
  "+": () => zoomBy(0.5),
  "-": () => zoomBy(2),
  "/": () => document.getElementById("filter")?.focus(),
  "?": () => (helping.value = !helping.value),
};

function step(by: number, filtered: boolean): void {
  playing.value = false;
  if (!filtered) return moveTo(cursor.value + by);
  const list = found.value;
  const next = by > 0 ? list.find((place) => place > cursor.value) : list.findLast((place) => place < cursor.value);
  if (next !== undefined) moveTo(next);
}

function question(by: number): void {
  if (!("question" in scope.value)) return;
  const stage = stageOf(run.value.questions[scope.value.question]?.place ?? "");
  const next = run.value.questions[scope.value.question + by];
  if (next && stageOf(next.place) === stage) look({ question: scope.value.question + by });
}

function escape(target: HTMLElement): void {
  helping.value = false;
  query.value = "";
  wanted.value = new Set();
  target.blur();
}
