import { useState } from "preact/hooks";
import { Chart } from "./chart";
import { count } from "./numbers";
import { run } from "./state";
import type { Sampled, Training } from "./types";
import { VirtualList } from "./virtual";

/** The trainings of a run: the curve, and what was sampled, with its reward and its loss mask. */
export function TrainingView() {
  const all = run.value.trainings;
  const [index, pick] = useState(0);
  const one = all[index] ?? all[0];
  if (!one) return null;
  return (
    <div class="tab-page">
      {all.length > 1 && (
        <label class="field"><span>Training</span>
          <select value={index} onChange={(event) => pick(Number(event.currentTarget.value))}>
            {all.map((each, n) => <option key={each.name} value={n}>{each.name}</option>)}
          </select>
        </label>
      )}
      <Curves training={one} />
      {one.rollouts.length > 0 && <Rollouts training={one} />}
    </div>
  );
}

function Curves({ training }: { training: Training }) {
  const shown = ["reward", "dev_reward", "loss", "dev_loss", "accuracy", "margin", "kl"].filter((name) => training.steps.some((step) => name in step));
  return (
    <div class="thirds">
      {shown.map((name) => {
        const steps = training.steps.filter((step) => name in step);
        return (
          <section class="panel" key={name}>
            <h2>{name.replaceAll("_", " ")}</h2>
            <Chart lines={{ [name]: steps.map((step) => step[name] ?? NaN) }} strong={name} xs={steps.map((step) => step.step ?? 0)} label={`${name} by step`} />
          </section>
        );
      })}
      {!shown.length && <p class="empty">No curve was written.</p>}
    </div>
  );
}

function Rollouts({ training }: { training: Training }) {
  return (
    <section class="panel rollouts">
      <h2>Sampled answers</h2>
      <p class="small">
        <span class="mask learned">underlined</span>: the loss is over these tokens, green if the advantage pushes them up, orange if down.{" "}
        <span class="mask masked">struck out</span>: the loss mask is 0, since the answer could not be scored.
        {training.left_out > 0 && ` ${count(training.left_out)} earlier ones are not shown.`}
      </p>
      <VirtualList count={training.rollouts.length} height={58} at={-1} label="Sampled answers" row={(n) => <Answer one={training.rollouts[n]} />} />
    </section>
  );
}

function Answer({ one }: { one: Sampled | undefined }) {
  if (!one) return null;
  const kind = one.advantage === null ? "masked" : one.advantage > 0 ? "learned up" : one.advantage < 0 ? "learned down" : "learned";
  return (
    <div class="rollout">
      <span class="small">
        step {one.step}, prompt {one.row}, {count(one.tokens)} tokens, reward {one.reward === null ? "none" : Number(one.reward.toPrecision(3))}
        {one.advantage !== null && `, advantage ${one.advantage > 0 ? "+" : ""}${Number(one.advantage.toPrecision(3))}`} · {one.policy}
      </span>
      <span class={`mask line ${kind}`}>{one.text || "(empty)"}</span>
    </div>
  );
}
