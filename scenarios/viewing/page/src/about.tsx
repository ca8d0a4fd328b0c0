import { Agent } from "./mark";
import { count } from "./numbers";
import { head, run } from "./state";

/** What was run, with which models and versions, and the report's notes. */
export function About() {
  const { report, models, kinds, columns } = run.value;
  return (
    <div class="tab-page columns">
      <section class="panel">
        <h2>The run</h2>
        <dl class="notes">
          <dt>directory</dt><dd>{run.value.directory}</dd>
          <dt>scenario</dt><dd>{report.scenario ?? "unknown"}</dd>
          <dt>protocol</dt><dd>{run.value.protocol}</dd>
          <dt>task</dt><dd>{run.value.task}</dd>
          <dt>seed</dt><dd>{report.seed ?? "unknown"}</dd>
          <dt>events</dt><dd>{count(columns.place.length)}, of {count(kinds.length)} types</dd>
          {Object.entries(report.versions ?? {}).map(([name, version]) => [<dt key={name}>{name}</dt>, <dd key={`${name}-`}>{version}</dd>])}
          <dt>page</dt><dd>symposia {head.value.symposia}, document version {head.value.view}</dd>
        </dl>
      </section>
      <section class="panel">
        <h2>Models</h2>
        <table><tbody>{Object.entries(models).map(([name, url]) => <tr key={name}><th scope="row"><Agent name={name} /></th><td class="left">{url}</td></tr>)}</tbody></table>
      </section>
      <section class="panel">
        <h2>Notes</h2>
        {(report.notes ?? []).map((note) => <p key={note}>{note}</p>)}
        {!(report.notes ?? []).length && <p class="empty">None.</p>}
      </section>
    </div>
  );
}
