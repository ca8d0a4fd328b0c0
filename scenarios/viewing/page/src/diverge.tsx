import { computed } from "@preact/signals";
import { Agent } from "./mark";
import { arrived } from "./pages";
import { goTo, head, run, runIndex, scope, tab, text } from "./state";
import type { RunView } from "./types";
import { VirtualList } from "./virtual";
import { kindOf, receiverOf, senderOf } from "./words";

interface Row { before: number; after: number }

const versus = computed(() => head.value.versus.find((one) => one.after === runIndex.value));

const place = computed(() => {
  const chosen = scope.value;
  return "question" in chosen ? (run.value.questions[chosen.question]?.place ?? "") : (versus.value?.divergences[0]?.place ?? "");
});

function keyed(of: RunView, root: string): Map<string, number> {
  const { columns } = of;
  const found = new Map<string, number>();
  columns.place.forEach((at, event) => {
    if (of.questions[of.roots[at] ?? 0]?.place !== root) return;
    found.set([of.places[at], senderOf(of, event), receiverOf(of, event), columns.turn[event], of.kinds[columns.kind[event] ?? 0]].join("\n"), event);
  });
  return found;
}

const rows = computed<Row[]>(() => {
  const old = head.value.runs[versus.value?.before ?? 0];
  if (!old) return [];
  const before = keyed(old, place.value);
  const after = keyed(run.value, place.value);
  const found = [...after].map(([key, event]) => ({ before: before.get(key) ?? -1, after: event }));
  const missing = [...before].flatMap(([key, event]) => (after.has(key) ? [] : [{ before: event, after: -1 }]));
  return [...found, ...missing];
});

/** Two runs beside each other at one question, with the first message in which they differ. */
export function SideBySide() {
  arrived.value;
  const differ = versus.value?.divergences ?? [];
  const first = differ.find((one) => one.place === place.value);
  const at = first ? rows.value.findIndex((one) => one.after === first.after) : -1;
  return (
    <section class="panel side-by-side">
      <h2>Side by side: {place.value}</h2>
      <p class="small">
        {differ.length ? `${differ.length} ${differ.length === 1 ? "question parts" : "questions part"} from the run before: ` : "No message differs."}
        {differ.slice(0, 40).map((one) => <button key={one.place} class="link" onClick={() => open(one.place)}>{one.place}</button>)}
      </p>
      {first ? <p><b class="diverged">The first divergence is event {first.after}</b>{first.before >= 0 ? ` (event ${first.before} before)` : " (there is none like it before)"}.</p> : <p class="small">Here both runs say the same.</p>}
      <div class="sides-head"><b>{head.value.runs[versus.value?.before ?? 0]?.name}</b><b>{run.value.name}</b></div>
      <VirtualList count={rows.value.length} height={72} at={at} label="Both runs" row={(index) => <Pair row={rows.value[index]} marked={index === at} />} />
    </section>
  );
}

function open(name: string): void {
  const index = run.value.questions.findIndex((one) => one.place === name);
  if (index >= 0) scope.value = { question: index };
}

function Pair({ row, marked }: { row: Row | undefined; marked: boolean }) {
  arrived.value;
  if (!row) return null;
  const before = versus.value?.before ?? 0;
  const old = head.value.runs[before];
  const [left, right] = [old ? said(old, row.before, before) : "", said(run.value, row.after, runIndex.value)];
  return (
    <div class={`sides ${left !== right ? "differs" : ""} ${marked ? "first" : ""}`}>
      <Side of={old} event={row.before} told={left} />
      <Side of={run.value} event={row.after} told={right} onPick={() => { goTo(row.after); tab.value = "conversation"; }} />
    </div>
  );
}

function said(of: RunView, event: number, index: number): string {
  return event < 0 ? "" : (text(of.columns.text[event] ?? -1, index) ?? "…");
}

function Side({ of, event, told, onPick }: { of: RunView | undefined; event: number; told: string; onPick?: () => void }) {
  if (!of || event < 0) return <div class="side missing">not there</div>;
  return (
    <button class="side" onClick={onPick} disabled={!onPick}>
      <span class="message-head"><Agent name={senderOf(of, event)} /> → <Agent name={receiverOf(of, event)} /> <span class="small kind">{kindOf(of, event)}</span></span>
      <span class="said">{told.slice(0, 300)}</span>
    </button>
  );
}
