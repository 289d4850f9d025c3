export interface TrackingStatus {
  /** Why nothing can be logged, and what to do; null where a server is set. */
  missing: { reason: string; remedy: string } | null;
  /** Whether the server has all of the experiment so far. */
  logged: boolean;
}

export interface Logged {
  /** Its name there. */
  experiment: string;
  runs: number;
  /** Its page there. */
  url: string;
}
