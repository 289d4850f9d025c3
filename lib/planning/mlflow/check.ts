import { Mlflow, mlflowSettings, trackingRemedy } from "./client";

/** A server that is asked while somebody waits for a page has this long. */
const timeoutMs = 3_000;

export interface TrackingFinding {
  state: "ok" | "off" | "bad";
  detail: string;
  fix: string;
}

/** Whether an MLflow server is set and takes the lab's requests. */
export async function checkTracking(): Promise<TrackingFinding> {
  try {
    const settings = mlflowSettings();
    if (!settings) return { state: "off", detail: "not used", fix: "Set MLFLOW_TRACKING_URI to the address of a tracking server." };
    await new Mlflow(settings, timeoutMs).ping();
    return { state: "ok", detail: `${settings.url} answers`, fix: "" };
  } catch (error) {
    return { state: "bad", detail: error instanceof Error ? error.message : String(error), fix: trackingRemedy };
  }
}
