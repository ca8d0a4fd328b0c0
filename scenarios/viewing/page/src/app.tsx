import { About } from "./about";
import { Budget } from "./budget";
import { Compare } from "./compare";
import { Detail } from "./detail";
import { Graph } from "./graph";
import { Help } from "./help";
import { interval } from "./numbers";
import { Questions } from "./questions";
import { Scrubber } from "./scrubber";
import { SearchView } from "./search";
import { type Tab, head, live, lookAtRun, run, runIndex, tab } from "./state";
import { Timeline } from "./timeline";
import { TrainingView } from "./training";
import { Transcript } from "./transcript";

/** The page. */
export function App() {
  return (
    <>
      <Top />
      <div class={`body ${alone() ? "alone" : ""}`}>
        {!alone() && <Questions />}
        <main>
          <Tabs />
          <Content />
        </main>
      </div>
      {!alone() && <Scrubber />}
      <Help />
    </>
  );
}

/** True of a training without a run: it has no messages. */
function alone(): boolean {
  return run.value.columns.place.length === 0 && run.value.trainings.length > 0;
}

function Top() {
  const row = run.value.report.rows?.find((one) => one.kind === "protocol");
  return (
    <header class="top">
      <h1>{run.value.protocol || "training"} <span class="small">{run.value.task && `on ${run.value.task}`}</span></h1>
      {row && <span class="headline"><b>{row.metric} {interval(row.value, row.low, row.high)}</b> <span class="small">{row.scored} questions, 95 %</span></span>}
      {!run.value.finished && run.value.columns.place.length > 0 && <span class="badge badge-cut">not finished</span>}
      {live.value && <span class={`live ${live.value}`} role="status">{live.value === "live" ? "live" : "connection lost"}</span>}
      <span class="spacer" />
      {head.value.runs.length > 1 ? (
        <label class="field"><span>Run</span>
          <select value={runIndex.value} onChange={(event) => lookAtRun(Number(event.currentTarget.value))}>
            {head.value.runs.map((one, index) => <option key={index} value={index}>{one.name}</option>)}
          </select>
        </label>
      ) : <span class="small name">{run.value.name}</span>}
    </header>
  );
}

function Tabs() {
  const tabs: [Tab, string, boolean][] = [
    ["conversation", "Conversation", !alone()],
    ["budget", "Budget", !alone()],
    ["compare", "Compare", !alone()],
    ["search", run.value.protocol.startsWith("weight/") ? "Search" : "Dev", run.value.search !== null],
    ["training", "Training", run.value.trainings.length > 0],
    ["about", "About", true],
  ];
  return (
    <div class="tabs" role="tablist">
      {tabs.filter(([, , there]) => there).map(([name, title]) => (
        <button key={name} role="tab" aria-selected={tab.value === name} onClick={() => (tab.value = name)}>{title}</button>
      ))}
    </div>
  );
}

function Content() {
  switch (tab.value) {
    case "budget": return <Budget />;
    case "compare": return <Compare />;
    case "search": return <SearchView />;
    case "training": return <TrainingView />;
    case "about": return <About />;
    default: return (
      <div class="conversation">
        <div class="left"><Graph /><Timeline /></div>
        <div class="left"><Transcript /><Detail /></div>
      </div>
    );
  }
}
