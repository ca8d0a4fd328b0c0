/** The view document, as scenarios/viewing/document.py writes it. */

/** One value an event in each column; an event's number is its place. */
export interface Columns {
  place: number[];
  cause: number[];
  sender: number[];
  to: number[];
  kind: number[];
  by: number[];
  turn: number[];
  seconds: number[];
  prompt_tokens: number[];
  completion_tokens: number[];
  calls: number[];
  finish: number[];
  text: number[];
  badges: number[];
  right: number[];
  peers: number[];
}

/** A question of a run, with its sample where it is finished; texts are by number. */
export interface Asked {
  place: string;
  id: string;
  question: number;
  gold: number;
  output: number;
  parsed: boolean;
  score: number | null;
  why: string;
  stop: string;
  tokens: number;
  calls: number;
  seconds: number;
  group: string;
}

/** A row of report.json: a metric of one system. */
export interface ReportRow {
  name: string;
  kind: string;
  metric: string;
  value: number | null;
  low: number | null;
  high: number | null;
  scored: number;
  unscored: number;
  no_answer: number;
  calls: number;
  prompt_tokens: number;
  completion_tokens: number;
  seconds: number;
  cost: number | null;
}

/** A paired difference of two systems over the questions that both have scored. */
export interface PairedRow {
  protocol: string;
  name: string;
  kind: string;
  questions: number;
  value: number;
  low: number | null;
  high: number | null;
  fixed: number | null;
  broken: number | null;
  p: number;
  adjusted: number;
}

/** What of report.json is shown. */
export interface Report {
  scenario?: string;
  seed?: number;
  versions?: Record<string, string>;
  rows?: ReportRow[];
  notes?: string[];
  comparisons?: PairedRow[];
  busy?: Record<string, number>;
}

/** The search of a weight method. */
export interface Search {
  curves: Record<string, number[]>;
  numbers: Record<string, number>;
  tried: { name: string; right: number; questions: number }[];
  weights: Record<string, Record<string, number>>;
}

/** A sampled answer of a training. */
export interface Sampled {
  step: number;
  row: number;
  text: string;
  tokens: number;
  reward: number | null;
  advantage: number | null;
  policy: string;
}

/** A training: numbers by step, and sampled answers. */
export interface Training {
  name: string;
  steps: Record<string, number>[];
  rollouts: Sampled[];
  left_out: number;
}

/** A run. */
export interface RunView {
  name: string;
  directory: string;
  finished: boolean;
  protocol: string;
  task: string;
  models: Record<string, string>;
  agents: string[];
  arrows: [string, string][];
  places: string[];
  roots: number[];
  kinds: string[];
  bys: string[];
  finishes: string[];
  groups: string[][];
  questions: Asked[];
  stops: Record<string, number>;
  report: Report;
  budget: Record<string, number>;
  columns: Columns;
  costs: Record<string, number>;
  /** By request: seconds in the engine's queue, in reading the prompt, in writing. */
  timings: Record<string, [number, number, number]>;
  search: Search | null;
  trainings: Training[];
}

/** Where the pages of a run begin. */
export interface Pages {
  texts: number[];
  details: number[];
}

/** The first message of a question that differs between two runs. */
export interface Divergence {
  place: string;
  before: number;
  after: number;
}

/** A run against another one. */
export interface Versus {
  before: number;
  after: number;
  paired: PairedRow | null;
  divergences: Divergence[];
}

/** The head of a document. */
export interface Head {
  view: number;
  symposia: string;
  served: boolean;
  badges: string[];
  says: Record<string, string>;
  runs: RunView[];
  pages: Pages[];
  versus: Versus[];
}

/** The tokens of an answer; arrays are as long as `ids`, or empty where the trace holds none. */
export interface Written {
  ids?: number[];
  pieces?: string[];
  logprobs?: number[];
  peers?: Record<string, number[]>;
  divergence?: number[];
  writers?: string[];
  by?: number[];
}

/** A page of details, by event. */
export interface Details {
  tokens: Record<string, Written>;
  notes: Record<string, Record<string, string>>;
}
