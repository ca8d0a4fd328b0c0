import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Parts, busy, callsOf, criticalPath } from "./calls";
import { count, plural, time } from "./numbers";
import { cursor, events, moveTo, playing, run, scope } from "./state";
import { type Drawing, type Frame, LEFT, TOP, laneHeight, paintBars, paintCursor } from "./paint";
import { receiverOf, senderOf } from "./words";

const MOST = 40;
const zoom = signal<{ from: number; to: number }>({ from: 0, to: 1 });

const calls = computed(() => callsOf(run.value, events.value));
const path = computed(() => ("question" in scope.value ? criticalPath(run.value, events.value) : []));

const timed = computed(() => calls.value.some((one) => one.parts));

const lanes = computed<number[]>(() => {
  const times = new Map<number, number>();
  const { sender, to } = run.value.columns;
  for (const event of events.value) for (const one of [sender[event] ?? 0, to[event] ?? 0]) times.set(one, (times.get(one) ?? 0) + 1);
  const kept = [...times.entries()].sort((a, b) => b[1] - a[1]).slice(0, MOST).map(([agent]) => agent);
  return kept.sort((a, b) => a - b);
});

const span = computed(() => {
  const { seconds } = run.value.columns;
  let [from, to] = [Infinity, -Infinity];
  for (const event of events.value) {
    from = Math.min(from, seconds[event] ?? 0);
    to = Math.max(to, seconds[event] ?? 0);
  }
  return from <= to ? { from, to: Math.max(to, from + 1e-3) } : { from: 0, to: 1 };
});

function frame(width: number): Frame {
  const size = span.value.to - span.value.from;
  return {
    from: span.value.from + zoom.value.from * size,
    to: span.value.from + zoom.value.to * size,
    began: span.value.from,
    width,
    lane: laneHeight(lanes.value.length),
  };
}

/** Swim-lanes: the calls of each agent over time, the critical path marked. */
export function Timeline() {
  const bars = useRef<HTMLCanvasElement>(null);
  const line = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const high = TOP + lanes.value.length * laneHeight(lanes.value.length) + 4;
  useEffect(() => {
    zoom.value = { from: 0, to: 1 };
  }, [events.value]);
  useEffect(() => {
    const draw = () => {
      const drawing: Drawing = { run: run.value, events: events.value, calls: calls.value, lanes: lanes.value, path: path.value, frame: frame(box.current?.clientWidth ?? 600) };
      paintBars(bars.current, drawing, high);
      paintCursor(line.current, drawing, high, events.value[cursor.value]);
    };
    draw();
    const watcher = new ResizeObserver(draw);
    if (box.current) watcher.observe(box.current);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    return () => {
      watcher.disconnect();
      scheme.removeEventListener("change", draw);
    };
  }, [run.value, events.value, zoom.value, high]);
  useEffect(() => {
    const drawing: Drawing = { run: run.value, events: events.value, calls: [], lanes: lanes.value, path: [], frame: frame(box.current?.clientWidth ?? 600) };
    paintCursor(line.current, drawing, high, events.value[cursor.value]);
  }, [cursor.value]);
  return (
    <section class="panel timeline" aria-label="Timeline">
      <div class="timeline-head">
        <h2>Timeline</h2>
        <span class="spacer" />
        <button aria-label="zoom in" title="+" onClick={() => zoomBy(0.5)}>+</button>
        <button aria-label="zoom out" title="−" onClick={() => zoomBy(2)}>−</button>
      </div>
      <Facts />
      <div class="lanes" ref={box} style={{ height: `${high}px` }} onClick={(event) => pick(event)} onWheel={wheel}>
        <canvas ref={bars} role="img" aria-label={`${count(calls.value.length)} calls in ${lanes.value.length} lanes; the transcript tells them one by one`} />
        <canvas ref={line} aria-hidden="true" />
      </div>
      <p class="small legend">
        <span class="key key-call" /> call <span class="key key-joint" /> models writing together <span class="key key-judge" /> judge{" "}
        <span class="key key-wait" /> between calls of an agent <span class="key key-path" /> critical path. A bar is from the delivery of
        a request to that of its reply
        {timed.value ? (
          <>
            ; within it <span class="key key-mailbox" /> mailbox <span class="key key-queue" /> engine queue <span class="key key-prefill" /> prefill{" "}
            <span class="key key-call" /> decode.
          </>
        ) : (
          "; this run does not tell queue, prefill and decode apart within it."
        )}
      </p>
    </section>
  );
}

function Facts() {
  const { wall, work } = busy(calls.value);
  const all = span.value.to - span.value.from;
  const names = path.value.length ? criticalFacts() : "";
  return (
    <p class="small">
      {time(all)}, {plural(calls.value.length, "call")}, {wall > 0 ? (work / wall).toFixed(1) : "0"} at once on average{names}
    </p>
  );
}

function criticalFacts(): string {
  const on = new Set(path.value);
  const critical = calls.value.filter((one) => on.has(one.reply) && on.has(one.request));
  const seconds = critical.reduce((sum, one) => sum + one.to - one.from, 0);
  const all = span.value.to - span.value.from;
  const parts = critical.flatMap((one) => one.parts ?? []);
  const sum = (name: keyof Parts) => time(parts.reduce((whole, one) => whole + one[name], 0));
  const told = parts.length ? ` (engine queue ${sum("queue")}, prefill ${sum("prefill")}, decode ${sum("decode")})` : "";
  return `; the critical path has ${plural(critical.length, "call")}, ${time(seconds)} of it in calls${told} and ${time(Math.max(0, all - seconds))} between them`;
}

/** Zooms about the cursor. */
export function zoomBy(factor: number, about?: number): void {
  const { from, to } = zoom.value;
  const at = run.value.columns.seconds[events.value[cursor.value] ?? 0] ?? 0;
  const centre = about ?? (at - span.value.from) / (span.value.to - span.value.from);
  const size = Math.min(1, (to - from) * factor);
  const share = to > from ? (centre - from) / (to - from) : 0.5;
  const start = Math.max(0, Math.min(1 - size, centre - size * (share >= 0 && share <= 1 ? share : 0.5)));
  zoom.value = { from: start, to: start + size };
}

function shareAt(event: MouseEvent): number {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const x = (event.clientX - box.left - LEFT) / (box.width - LEFT - 6);
  return zoom.value.from + Math.max(0, Math.min(1, x)) * (zoom.value.to - zoom.value.from);
}

function wheel(event: WheelEvent): void {
  if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
  event.preventDefault();
  if (!event.shiftKey) return zoomBy(event.deltaY > 0 ? 1.25 : 0.8, shareAt(event));
  const size = zoom.value.to - zoom.value.from;
  const from = Math.max(0, Math.min(1 - size, zoom.value.from + Math.sign(event.deltaY || event.deltaX) * size * 0.15));
  zoom.value = { from, to: from + size };
}

/** Puts the cursor at the message nearest to a click: of the lane that was clicked, if it has one near. */
function pick(event: MouseEvent): void {
  const at = span.value.from + shareAt(event) * (span.value.to - span.value.from);
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  const lane = lanes.value[Math.floor((event.clientY - box.top - TOP) / laneHeight(lanes.value.length))];
  const name = run.value.agents[lane ?? -1];
  const { seconds } = run.value.columns;
  const inside = calls.value.filter((one) => one.agent === lane && one.from <= at && at <= one.to);
  const reply = inside.at(-1)?.reply;
  playing.value = false;
  if (reply !== undefined) return moveTo(events.value.indexOf(reply));
  let [best, least] = [0, Infinity];
  events.value.forEach((one, place) => {
    const own = name === undefined || senderOf(run.value, one) === name || receiverOf(run.value, one) === name;
    const apart = Math.abs((seconds[one] ?? 0) - at) + (own ? 0 : 1e6);
    if (apart < least) [best, least] = [place, apart];
  });
  moveTo(best);
}
