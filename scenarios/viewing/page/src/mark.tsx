import { colour, markPath, shape } from "./colours";
import { run } from "./state";

/** An agent's mark: its shape in its colour. */
export function Mark({ name }: { name: string }) {
  const agents = run.value.agents;
  return (
    <svg class="mark" viewBox="-8 -8 16 16" aria-hidden="true">
      <path d={markPath(shape(agents, name), 6)} fill={colour(agents, name)} />
    </svg>
  );
}

/** An agent's mark and name. */
export function Agent({ name }: { name: string }) {
  return (
    <span class="agent">
      <Mark name={name} />
      {name}
    </span>
  );
}
