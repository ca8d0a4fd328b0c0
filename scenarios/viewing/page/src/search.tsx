import { Chart } from "./chart";
import { run } from "./state";

/** The search of a weight method: utility by step, what it came to, and the coefficients where they are on disk. */
export function SearchView() {
  const search = run.value.search;
  if (!search) return null;
  const curves = Object.fromEntries(Object.entries(search.curves).map(([name, values]) => [name === "g" ? "best so far" : name.replaceAll("_", " "), values]));
  return (
    <div class="tab-page">
      {Object.keys(curves).length > 0 && (
        <section class="panel">
          <h2>Utility on dev, by step</h2>
          <Chart lines={curves} strong="best so far" label="Utility of each particle by step" />
          <p class="small">Each line is a particle of the search, the heavy one the best that any had found by then.</p>
        </section>
      )}
      <div class="columns">
        {Object.keys(search.numbers).length > 0 && (
          <section class="panel">
            <h2>What it came to</h2>
            <table><tbody>
              {Object.entries(search.numbers).map(([name, value]) => <tr key={name}><th scope="row">{name.replaceAll("_", " ")}</th><td>{Number(value.toPrecision(4))}</td></tr>)}
            </tbody></table>
          </section>
        )}
        {Object.entries(search.weights).map(([name, weights]) => <Weights key={name} name={name} weights={weights} />)}
      </div>
    </div>
  );
}

function Weights({ name, weights }: { name: string; weights: Record<string, number> }) {
  const most = Math.max(1e-9, ...Object.values(weights).map(Math.abs));
  return (
    <section class="panel">
      <h2>Coefficients: {name}</h2>
      {Object.entries(weights).map(([model, value]) => (
        <div class="peer" key={model}>
          <span>{model}</span>
          <span class="signed"><span style={{ left: value < 0 ? `${50 - (50 * -value) / most}%` : "50%", width: `${(50 * Math.abs(value)) / most}%` }} /></span>
          <span class="small">{value.toFixed(3)}</span>
        </div>
      ))}
    </section>
  );
}
