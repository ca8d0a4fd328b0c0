/** Opens the document and draws the page. */
import { render } from "preact";
import { App } from "./app";
import { takeEmbedded } from "./blocks";
import { listen } from "./keys";
import { follow, readServed, show } from "./live";
import { run, tab } from "./state";

async function begin(): Promise<void> {
  const place = document.getElementById("app");
  if (!place) return;
  try {
    if (takeEmbedded()) await show();
    else {
      await readServed();
      follow();
    }
  } catch (error) {
    place.textContent = `The run cannot be opened: ${error instanceof Error ? error.message : String(error)}`;
    return;
  }
  if (!run.value.columns.place.length && run.value.trainings.length) tab.value = "training";
  document.title = `${run.value.protocol || "training"} · Symposia`;
  place.replaceChildren();
  render(<App />, place);
  listen();
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("drawn")));
}

void begin();
