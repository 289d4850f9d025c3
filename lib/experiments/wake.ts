import { inngest } from "@/inngest/client";
import { experimentResumed } from "@/inngest/events";

/** Lets a paused run look again; sent once too often it does no harm. */
export async function wake(experimentId: string): Promise<void> {
  await inngest.send(experimentResumed.create({ experimentId }));
}
