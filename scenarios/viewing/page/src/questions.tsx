import { computed } from "@preact/signals";
import { Badges } from "./badge";
import { isWanted, questionBadges } from "./filter";
import { plural } from "./numbers";
import { arrived } from "./pages";
import { byQuestion, first, look, run, scope, stageOf, stages, text } from "./state";
import type { Asked } from "./types";
import { VirtualList } from "./virtual";

const stage = computed(() => {
  const chosen = scope.value;
  return "stage" in chosen ? chosen.stage : stageOf(run.value.questions[chosen.question]?.place ?? "");
});

const staged = computed(() => run.value.questions.filter((one) => stage.value === "" || stageOf(one.place) === stage.value).length);

const listed = computed(() =>
  run.value.questions.flatMap((one, index) =>
    (stage.value === "" || stageOf(one.place) === stage.value) && isWanted(questionBadges.value[index] ?? 0) ? [index] : [],
  ),
);

/** The questions of a stage, and the choice of one. */
export function Questions() {
  const chosen = "question" in scope.value ? scope.value.question : -1;
  return (
    <nav class="questions" aria-label="Questions">
      <label class="field">
        <span>Stage</span>
        <select value={stage.value} onChange={(event) => choose(event.currentTarget.value)}>
          {stages.value.map((name) => <option key={name} value={name}>{named(name)}</option>)}
          <option value="">everything</option>
        </select>
      </label>
      <button class={`all ${chosen < 0 ? "on" : ""}`} onClick={() => look({ stage: stage.value }, "end")}>
        all {plural(staged.value, "question")} together
      </button>
      <VirtualList count={listed.value.length} height={46} at={listed.value.indexOf(chosen)} label="Questions"
        row={(place) => <Row index={listed.value[place] ?? 0} on={listed.value[place] === chosen} />} />
    </nav>
  );
}

function named(name: string): string {
  return name === "test" ? "test (reported)" : name;
}

function choose(name: string): void {
  const index = run.value.questions.findIndex((one) => stageOf(one.place) === name);
  look(name === "" ? { stage: "" } : index >= 0 ? { question: index } : first());
}

function Row({ index, on }: { index: number; on: boolean }) {
  arrived.value;
  const one = run.value.questions[index];
  if (!one) return null;
  const title = text(one.question) || firstText(index) || one.place;
  return (
    <button class={`question ${on ? "on" : ""}`} aria-current={on} onClick={() => look({ question: index })}>
      <span class={`score ${verdict(one)}`} title={scored(one)}>{symbol(one)}</span>
      <span class="question-text">
        <span class="line">{title}</span>
        <span class="small line">
          {one.place} · {plural((byQuestion.value[index] ?? []).length, "message")} <Badges bits={questionBadges.value[index] ?? 0} short />
        </span>
      </span>
    </button>
  );
}

function firstText(index: number): string {
  const event = byQuestion.value[index]?.[0];
  return event === undefined ? "" : (text(run.value.columns.text[event] ?? -1) ?? "").slice(0, 200);
}

/** Right, wrong, part or none. */
export function verdict(one: Asked): string {
  if (one.score === null) return "none";
  return one.score >= 1 ? "right" : one.score <= 0 ? "wrong" : "part";
}

/** A sign for a verdict. */
export function symbol(one: Asked): string {
  return { right: "✓", wrong: "✗", part: "~", none: "·" }[verdict(one)] ?? "·";
}

function scored(one: Asked): string {
  return one.score === null ? one.why || "no score of its own" : `score ${one.score}`;
}
