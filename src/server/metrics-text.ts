/** Counters and gauges in the text that Prometheus reads (exposition format 0.0.4). */

export type MetricsFamily = {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  /** Behind the name: nothing, a suffix or labels. */
  readonly rows: readonly (readonly [suffix: string, value: number])[];
};

export const single = (
  type: "gauge" | "counter",
  name: string,
  help: string,
  value: number,
): MetricsFamily => ({ name, type, help, rows: [["", value]] });

/** `prefix` stands before each name. */
export const formatMetrics = (prefix: string, families: readonly MetricsFamily[]): string =>
  families
    .flatMap(({ name, type, help, rows }) => [
      `# HELP ${prefix}${name} ${help}`,
      `# TYPE ${prefix}${name} ${type}`,
      ...rows.map(([suffix, value]) => `${prefix}${name}${suffix} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
