import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isInner, isReply } from "./calls";
import { count, dollars, time } from "./numbers";
import { current, cursor, events, helping, moveTo, playing, run, scope, speed } from "./state";

const SPEEDS = [1, 4, 16, 64, 0];

const sums = computed(() => {
  const { columns, costs } = run.value;
  let tokens = 0;
  let cost = 0;
  const all = events.value.map((event) => {
    if (isReply(run.value, event) && !isInner(run.value, event)) tokens += (columns.prompt_tokens[event] ?? 0) + (columns.completion_tokens[event] ?? 0);
    if (!isInner(run.value, event)) cost += costs[event] ?? 0;
    return { tokens, cost };
  });
  return all;
});

/** Plays, steps and scrubs; says what was spent up to the cursor. */
export function Scrubber() {
  const last = Math.max(0, events.value.length - 1);
  useEffect(play, [playing.value, speed.value, events.value]);
  const at = sums.value[cursor.value] ?? { tokens: 0, cost: 0 };
  const { columns } = run.value;
  const began = columns.seconds[events.value[0] ?? 0] ?? 0;
  const now = current.value < 0 ? 0 : (columns.seconds[current.value] ?? 0) - began;
  const limit = run.value.budget.tokens;
  return (
    <section class="scrubber" aria-label="Playback">
      <div class="buttons">
        <button aria-label="to the beginning" title="Home" onClick={() => moveTo(0)}><Icon of="M2 2v12M14 2L5 8l9 6z" /></button>
        <button aria-label="one message back" title="←" onClick={() => moveTo(cursor.value - 1)}><Icon of="M12 2L4 8l8 6z" /></button>
        <button class="play" aria-label={playing.value ? "pause" : "play"} title="Space" onClick={toggle}><Icon of={playing.value ? "M3 2h3.5v12H3zM9.5 2H13v12H9.5z" : "M4 2l9 6-9 6z"} /></button>
        <button aria-label="one message on" title="→" onClick={() => moveTo(cursor.value + 1)}><Icon of="M4 2l8 6-8 6z" /></button>
        <button aria-label="to the end" title="End" onClick={() => moveTo(last)}><Icon of="M14 2v12M2 2l9 6-9 6z" /></button>
        <select aria-label="speed" value={speed.value} onChange={(event) => (speed.value = Number(event.currentTarget.value))}>
          {SPEEDS.map((one) => <option key={one} value={one}>{one ? `${one}/s` : "as it was"}</option>)}
        </select>
      </div>
      <input class="range" type="range" min={0} max={last} value={cursor.value} aria-label="cursor"
        aria-valuetext={`message ${cursor.value + 1} of ${last + 1}`} onInput={(event) => moveTo(Number(event.currentTarget.value))} />
      <div class="meters">
        <span data-meter="message"><b>{count(events.value.length ? cursor.value + 1 : 0)}</b> of {count(events.value.length)}</span>
        <span data-meter="time"><b>{time(now)}</b></span>
        <span data-meter="tokens"><b>{count(at.tokens)}</b> tokens{limit && "question" in scope.value ? ` of ${count(limit)}` : ""}</span>
        <span data-meter="cost" title="in US dollars, where the trace knows it">{at.cost ? <b>{dollars(at.cost)}</b> : "no cost known"}</span>
        <button class="help-button" aria-label="keys" onClick={() => (helping.value = true)}>?</button>
      </div>
    </section>
  );
}

function Icon({ of }: { of: string }) {
  return <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d={of} fill="currentColor" stroke="currentColor" /></svg>;
}

/** Plays from the beginning, if the cursor is at the end, or pauses. */
export function toggle(): void {
  if (!playing.value && cursor.value >= events.value.length - 1) moveTo(0);
  playing.value = !playing.value;
}

function play(): (() => void) | undefined {
  if (!playing.value) return undefined;
  let left = 0;
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    left += (now - before) / 1000;
    before = now;
    while (left > 0 && cursor.value < events.value.length - 1) {
      const wait = speed.value ? 1 / speed.value : pause();
      if (left < wait) return;
      left -= wait;
      moveTo(cursor.value + 1);
    }
    if (cursor.value >= events.value.length - 1) playing.value = false;
  }, 16);
  return () => clearInterval(timer);
}

function pause(): number {
  const { seconds } = run.value.columns;
  return Math.max(0, (seconds[events.value[cursor.value + 1] ?? 0] ?? 0) - (seconds[current.value] ?? 0));
}
