import { computed } from "@preact/signals";
import { callOf, isInner } from "./calls";
import { CONDUCTOR, colour } from "./colours";
import { count, dollars, interval, time } from "./numbers";
import { events, run, scope, stageOf } from "./state";
import { receiverOf, senderOf } from "./words";

interface Sum { name: string; calls: number; read: number; wrote: number; seconds: number; cost: number }

type Naming = (event: number) => string;

function summed(name: Naming, inner = false): Sum[] {
  const found = new Map<string, Sum>();
  const { columns, costs } = run.value;
  for (const event of events.value) {
    const call = callOf(run.value, event);
    if (!call || (!inner && isInner(run.value, event))) continue;
    const key = name(event);
    const sum = found.get(key) ?? { name: key, calls: 0, read: 0, wrote: 0, seconds: 0, cost: 0 };
    found.set(key, sum);
    sum.calls += columns.calls[event] ?? 0;
    sum.read += columns.prompt_tokens[event] ?? 0;
    sum.wrote += columns.completion_tokens[event] ?? 0;
    sum.seconds += call.to - call.from;
    sum.cost += costs[event] ?? 0;
  }
  return [...found.values()].sort((a, b) => b.read + b.wrote - a.read - a.wrote);
}

const byAgent = computed(() => summed((event) => senderOf(run.value, event), true));
const byStage = computed(() => summed((event) => stageOf(run.value.questions[run.value.roots[run.value.columns.place[event] ?? 0] ?? 0]?.place ?? "")));
const byRound = computed(() => summed((event) => `turn ${run.value.columns.turn[event] ?? 0}`).sort((a, b) => Number(a.name.slice(5)) - Number(b.name.slice(5))));
const byEdge = computed(() => {
  const found = new Map<string, { name: string; messages: number; characters: number }>();
  for (const event of events.value) {
    const key = `${senderOf(run.value, event)} → ${receiverOf(run.value, event)}`;
    const one = found.get(key) ?? { name: key, messages: 0, characters: 0 };
    found.set(key, one);
    one.messages += 1;
  }
  return [...found.values()].sort((a, b) => b.messages - a.messages).slice(0, 100);
});

/** Tokens, calls, seconds and cost by agent, edge, round and stage, and how the questions ended. */
export function Budget() {
  const limits = Object.entries(run.value.budget).filter(([, value]) => value !== null);
  return (
    <div class="tab-page">
      <p class="small">Of {"question" in scope.value ? "the question that is chosen" : "all questions of the stage that is chosen"}; the reported systems below are of the whole run.</p>
      {limits.length > 0 && <Limit limits={limits} />}
      <div class="columns">
        <Sums title="By agent" note={events.value.some((event) => isInner(run.value, event)) ? "a team that answers as one agent is counted there, and its members beside it" : ""} sums={byAgent.value} coloured />
        <Sums title="By round" note="the number of messages that an agent had got at the question before" sums={byRound.value} />
        <Sums title="By stage" sums={byStage.value} />
        <Edges />
        <Stops />
      </div>
      <Systems />
    </div>
  );
}

function Sums({ title, note = "", sums, coloured = false }: { title: string; note?: string; sums: Sum[]; coloured?: boolean }) {
  const most = Math.max(1, ...sums.map((one) => one.read + one.wrote));
  const cost = sums.some((one) => one.cost > 0);
  return (
    <section class="panel">
      <h2>{title}</h2>
      {note && <p class="small">{note}</p>}
      <div class="scroll"><table>
        <thead><tr><th>name</th><th>calls</th><th>read</th><th>written</th><th class="wide">tokens</th><th>time in calls</th>{cost && <th>cost</th>}</tr></thead>
        <tbody>
          {sums.slice(0, 60).map((one) => (
            <tr key={one.name}>
              <th scope="row">{one.name || "(none)"}</th><td>{count(one.calls)}</td><td>{count(one.read)}</td><td>{count(one.wrote)}</td>
              <td class="wide"><span class="bar"><span style={{ width: `${(100 * (one.read + one.wrote)) / most}%`, background: coloured ? colour(run.value.agents, one.name) : "var(--accent)" }} /></span></td>
              <td>{time(one.seconds)}</td>{cost && <td>{one.cost ? dollars(one.cost) : "unknown"}</td>}
            </tr>
          ))}
        </tbody>
      </table></div>
      {sums.length > 60 && <p class="small">{count(sums.length - 60)} more with fewer tokens.</p>}
      {!sums.length && <p class="empty">No calls.</p>}
    </section>
  );
}

function Edges() {
  const between = byEdge.value.filter((one) => !one.name.includes(CONDUCTOR));
  const shown = (between.length ? [...between, ...byEdge.value.filter((one) => one.name.includes(CONDUCTOR))] : byEdge.value).slice(0, 30);
  return (
    <section class="panel">
      <h2>By edge</h2>
      <div class="scroll"><table>
        <thead><tr><th>edge</th><th>messages</th></tr></thead>
        <tbody>{shown.map((one) => <tr key={one.name}><th scope="row">{one.name}</th><td>{count(one.messages)}</td></tr>)}</tbody>
      </table></div>
    </section>
  );
}

function Stops() {
  const stops = Object.entries(run.value.stops);
  const all = stops.reduce((sum, [, times]) => sum + times, 0);
  const chosen = "question" in scope.value ? run.value.questions[scope.value.question] : undefined;
  return (
    <section class="panel">
      <h2>Why it stopped</h2>
      {chosen?.stop && <p>This question: <b>{chosen.stop}</b>{chosen.why && ` – ${chosen.why}`}</p>}
      <table><tbody>
        {stops.map(([name, times]) => <tr key={name}><th scope="row">{name}</th><td>{count(times)} of {count(all)} reported questions</td></tr>)}
      </tbody></table>
      {!stops.length && <p class="empty">The run is not finished.</p>}
    </section>
  );
}

function Limit({ limits }: { limits: [string, number][] }) {
  const spent: Record<string, number> = {
    tokens: byStage.value.reduce((sum, one) => sum + one.read + one.wrote, 0),
    calls: byStage.value.reduce((sum, one) => sum + one.calls, 0),
  };
  return (
    <section class="panel">
      <h2>Budget of a question</h2>
      {limits.map(([name, limit]) => (
        <div class="peer" key={name}>
          <span>{name}</span>
          <span class="bar"><span style={{ width: `${Math.min(100, (100 * (spent[name] ?? 0)) / limit)}%`, background: "var(--accent)" }} /></span>
          <span class="small">{"question" in scope.value && spent[name] !== undefined ? `${count(spent[name] ?? 0)} of ` : ""}{count(limit)}</span>
        </div>
      ))}
    </section>
  );
}

const KINDS: Record<string, string> = {
  protocol: "protocol", single: "single", best_single: "best single by dev", oracle: "oracle", equal_budget: "equal tokens",
};

/** The systems of the report, with what they scored and cost. */
export function Systems() {
  const rows = run.value.report.rows ?? [];
  return (
    <section class="panel">
      <h2>Reported systems</h2>
      <div class="scroll"><table>
        <thead><tr><th>system</th><th>what</th><th>metric</th><th>value [95 %]</th><th>calls</th><th>tokens</th><th>s/question</th></tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.name}${row.kind}${row.metric}`} class={row.kind === "protocol" ? "strong" : ""}>
              <th scope="row">{row.name}</th><td>{KINDS[row.kind] ?? row.kind}</td><td>{row.metric}</td>
              <td class="whole">{interval(row.value, row.low, row.high, (row.value ?? 0) > 10 ? 0 : 3)}</td>
              <td>{count(row.calls)}</td><td>{count(row.prompt_tokens + row.completion_tokens)}</td><td>{row.seconds.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table></div>
      {!rows.length && <p class="empty">No report yet.</p>}
    </section>
  );
}
