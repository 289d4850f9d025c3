/** What the settings page checks: each with what it found and, where it is not well, what would mend it. */
export interface Check {
  area: "System" | "Runner" | "Language models" | "Options";
  name: string;
  /** `off` is an option that is not switched on: nothing is wrong with that. */
  state: "ok" | "off" | "bad";
  detail: string;
  fix: string;
}
