import { Chart } from "./chart";
import { run } from "./state";

/** The search of a weight method: utility by step, what it came to, and the coefficients where they are on disk. */
export function SearchView() {
  const search = run.value.search;
  if (!search) return null;
  const best = Math.max(...search.tried.map((one) => one.right));
  const curves = Object.fromEntries(Object.entries(search.curves).map(([name, values]) => [name === "g" ? "best so far" : name.replaceAll("_", " "), values]));
  return (
    <div class="tab-page columns">
      {Object.keys(curves).length > 0 && (
        <section class="panel">
          <h2>Utility on dev, by step</h2>
          <Chart lines={curves} strong="best so far" label="Utility of each particle by step" />
          <p class="small">Each line is a particle of the search, the heavy one the best that any had found by then.</p>
        </section>
      )}
      <>
        {search.tried.length > 0 && (
          <section class="panel">
            <h2>Tried on dev, in this order</h2>
            <div class="tried">
              {search.tried.map((one) => (
                <div class="peer" key={one.name}>
                  <span class="line" title={one.name}>{one.name}</span>
                  <span class="bar"><span style={{ width: `${100 * one.right}%`, background: one.right >= best ? "var(--right)" : "var(--accent)" }} /></span>
                  <span class="small">{one.right.toFixed(3)}</span>
                </div>
              ))}
            </div>
            <p class="small">The share of dev questions whose last answer is right, by the task's own grading; {search.tried[0]?.questions} questions each. The best is green and ends at {best.toFixed(3)}.</p>
          </section>
        )}
        {Object.keys(search.numbers).length > 0 && (
          <section class="panel">
            <h2>What it came to</h2>
            <table><tbody>
              {Object.entries(search.numbers).map(([name, value]) => <tr key={name}><th scope="row">{name.replaceAll("_", " ")}</th><td>{Number(value.toPrecision(4))}</td></tr>)}
            </tbody></table>
          </section>
        )}
        {Object.entries(search.weights).map(([name, weights]) => <Weights key={name} name={name} weights={weights} />)}
        {!Object.keys(search.weights).length && run.value.protocol.startsWith("weight/") && (
          <p class="small">The coefficients themselves are not in this run's directory: `symposia prepare` writes them, `symposia export` the merged model.</p>
        )}
      </>
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
