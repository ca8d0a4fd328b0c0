import { computed, signal } from "@preact/signals";
import { SideBySide } from "./diverge";
import { Systems } from "./budget";
import { count } from "./numbers";
import { arrived } from "./pages";
import { head, look, run, runIndex, stages, tab, text } from "./state";
import type { Asked, PairedRow } from "./types";
import { symbol, verdict } from "./questions";

interface Pair { index: number; before: Asked; after: Asked }
interface Other { key: string; name: string; questions: Asked[]; paired: PairedRow | null }

const other = signal("");

/** What the run can be compared with: another run, or a stage of its own. */
export const others = computed<Other[]>(() => {
  const versus = head.value.versus.find((one) => one.after === runIndex.value);
  const runs = versus
    ? [{ key: "run", name: head.value.runs[versus.before]?.name ?? "", questions: reported(head.value.runs[versus.before]?.questions ?? []), paired: versus.paired }]
    : [];
  const paired = run.value.report.comparisons ?? [];
  const own = stages.value.filter((name) => name.startsWith("single/") || name === "equal_budget").map((name) => {
    const single = name.startsWith("single/") ? name.slice(7) : "";
    const row = paired.find((one) => (single ? one.kind === "best_single" && one.name === single : one.kind === "equal_budget")) ?? null;
    return {
      key: name,
      name: single ? `${single} alone` : (row?.name ?? "equal tokens"),
      questions: run.value.questions.filter((one) => one.place.startsWith(`${name}/`)),
      paired: row,
    };
  });
  return [...runs, ...own.filter((one) => one.questions.some((asked) => asked.score !== null))];
});

const chosen = computed(() =>
  others.value.find((one) => one.key === other.value) ?? others.value.find((one) => one.paired !== null) ?? others.value[0]);

function reported(questions: Asked[]): Asked[] {
  return questions.filter((one) => one.place.startsWith("test/"));
}

const pairs = computed<Pair[]>(() => {
  const before = new Map((chosen.value?.questions ?? []).map((one) => [one.id, one]));
  return run.value.questions.flatMap((after, index) => {
    const one = after.place.startsWith("test/") ? before.get(after.id) : undefined;
    return one ? [{ index, before: one, after }] : [];
  });
});

/** A run against another, or against its own baselines: what was fixed and broken, and where two runs part. */
export function Compare() {
  const both = pairs.value.filter((one) => one.before.score !== null && one.after.score !== null);
  const fixed = both.filter((one) => verdict(one.before) !== "right" && verdict(one.after) === "right");
  const broken = both.filter((one) => verdict(one.before) === "right" && verdict(one.after) !== "right");
  return (
    <div class="tab-page">
      <label class="field">
        <span>{run.value.name.split("/").pop()} against</span>
        <select value={chosen.value?.key ?? ""} onChange={(event) => (other.value = event.currentTarget.value)}>
          {others.value.map((one) => <option key={one.key} value={one.key}>{one.name}</option>)}
        </select>
      </label>
      {!others.value.length && <p class="empty">There is nothing to compare with: open two runs, or one with baselines.</p>}
      {chosen.value?.paired && <Difference row={chosen.value.paired} />}
      <div class="thirds">
        <Items title="Fixed" none="Nothing that was wrong is right now." items={fixed} />
        <Items title="Broken" none="Nothing that was right is wrong now." items={broken} />
        <section class="panel">
          <h2>All {count(both.length)} common questions</h2>
          <table><tbody>
            <tr><th scope="row">right in both</th><td>{both.filter((one) => verdict(one.before) === "right" && verdict(one.after) === "right").length}</td></tr>
            <tr><th scope="row">fixed</th><td>{fixed.length}</td></tr>
            <tr><th scope="row">broken</th><td>{broken.length}</td></tr>
            <tr><th scope="row">right in neither</th><td>{both.filter((one) => verdict(one.before) !== "right" && verdict(one.after) !== "right").length}</td></tr>
          </tbody></table>
        </section>
      </div>
      {chosen.value?.key === "run" && <SideBySide />}
      <Systems />
    </div>
  );
}

function Difference({ row }: { row: PairedRow }) {
  const points = (value: number | null) => (value === null ? "?" : `${value >= 0 ? "+" : ""}${(100 * value).toFixed(1)}`);
  const place = (value: number) => `${50 + 50 * Math.max(-1, Math.min(1, value))}%`;
  const low = row.low ?? row.value;
  const high = row.high ?? row.value;
  return (
    <section class="panel">
      <h2>{points(row.value)} points <span class="small">[{points(row.low)}, {points(row.high)}], 95 %, over {count(row.questions)} questions; p = {row.p.toPrecision(2)}</span></h2>
      <div class="difference" role="img" aria-label={`difference ${points(row.value)} points, from ${points(row.low)} to ${points(row.high)}`}>
        <span class="zero" />
        <span class="range-bar" style={{ left: place(low), width: `${50 * Math.max(0, Math.min(1, high) - Math.max(-1, low))}%` }} />
        <span class="point" style={{ left: place(row.value) }} />
      </div>
      <p class="small ends"><span>−100 points, worse</span><span>the same</span><span>better, +100 points</span></p>
      <p class="small">It fixed {share(row.fixed)} of what was wrong and broke {share(row.broken)} of what was right.</p>
    </section>
  );
}

function share(value: number | null): string {
  return value === null ? "none" : `${(100 * value).toFixed(0)} %`;
}

function Items({ title, none, items }: { title: string; none: string; items: Pair[] }) {
  arrived.value;
  return (
    <section class="panel">
      <h2>{title}: {items.length}</h2>
      {!items.length && <p class="empty">{none}</p>}
      <ul class="items">
        {items.slice(0, 200).map((one) => (
          <li key={one.index}>
            <button class="link item" onClick={() => { look({ question: one.index }); tab.value = "conversation"; }}>
              <span class={`score ${verdict(one.before)}`}>{symbol(one.before)}</span>→<span class={`score ${verdict(one.after)}`}>{symbol(one.after)}</span>
              <span class="line">{text(one.after.question) ?? "…"}</span>
            </button>
          </li>
        ))}
      </ul>
      {items.length > 200 && <p class="small">{count(items.length - 200)} more.</p>}
    </section>
  );
}
