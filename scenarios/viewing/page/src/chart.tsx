import { colour } from "./colours";

const [WIDE, HIGH, LEFT, BELOW] = [620, 260, 52, 26];

function tick(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? value.toExponential(0) : String(Number(value.toPrecision(2)));
}

/** Lines over steps, one of them told apart by its weight; each ends with its name where there is room. */
export function Chart({ lines, strong, label, xs }: { lines: Record<string, number[]>; strong: string; label: string; xs?: number[] }) {
  const names = Object.keys(lines);
  const all = names.flatMap((name) => lines[name] ?? []).filter(Number.isFinite);
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const pad = greatest > least ? 0 : Math.max(1e-6, Math.abs(least) * 0.1);
  const [low, high] = [(least > 0 && least < greatest / 2 ? 0 : least) - pad, greatest + pad];
  const most = Math.max(1, ...names.map((name) => (lines[name]?.length ?? 0) - 1));
  const end = xs?.at(-1) ?? most;
  const x = (n: number) => LEFT + ((WIDE - LEFT - 90) * (xs ? (xs[n] ?? 0) : n)) / Math.max(1, end);
  const y = (value: number) => 10 + (HIGH - BELOW - 10) * (1 - (value - low) / (high - low));
  const ticks = [0, 1, 2, 3, 4].map((n) => low + ((high - low) * n) / 4);
  const ends = names.slice(0, 12).map((name) => ({ name, y: y(lines[name]?.at(-1) ?? 0) })).sort((a, b) => a.y - b.y);
  ends.forEach((one, n) => (one.y = Math.max(one.y, (ends[n - 1]?.y ?? -99) + 12)));
  return (
    <svg class="chart" viewBox={`0 0 ${WIDE} ${HIGH}`} role="img" aria-label={label}>
      {ticks.map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={WIDE - 90} y1={y(value)} y2={y(value)} class="grid" />
          <text x={LEFT - 6} y={y(value) + 4} class="tick" text-anchor="end">{tick(value)}</text>
        </g>
      ))}
      <text x={LEFT} y={HIGH - 6} class="tick">0</text>
      <text x={WIDE - 90} y={HIGH - 6} class="tick" text-anchor="end">step {end}</text>
      {names.map((name) => {
        const points = (lines[name] ?? []).flatMap((value, n) => (Number.isFinite(value) ? [`${x(n).toFixed(1)},${y(value).toFixed(1)}`] : []));
        const only = points.length === 1 ? points[0]?.split(",").map(Number) : undefined;
        if (only) return <circle key={name} cx={only[0]} cy={only[1]} r={4} fill="var(--text)" />;
        return <polyline key={name} points={points.join(" ")} class={name === strong ? "curve strong" : "curve"} stroke={name === strong ? "var(--text)" : colour(names, name)} />;
      })}
      {ends.map((one) => <text key={one.name} x={WIDE - 84} y={one.y + 4} class="tick name">{one.name.length > 13 ? `${one.name.slice(0, 12)}…` : one.name}</text>)}
    </svg>
  );
}
