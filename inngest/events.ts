import { eventType } from "inngest";
import { z } from "zod";

/** An experiment has been stored and is to be run. */
export const experimentCreated = eventType("lab/experiment.created", { schema: z.object({ experimentId: z.uuid() }) });

/** A person lets a paused experiment go on, or ends it. */
export const experimentResumed = eventType("lab/experiment.resumed", { schema: z.object({ experimentId: z.uuid() }) });

/** One turn of the coordinator is to be run; invoked by the experiment, never sent. */
export const episodeRequested = eventType("lab/episode.requested", {
  schema: z.object({ experimentId: z.uuid(), number: z.number().int().min(0) }),
});

/** A job of the runner has come to an end, or was interrupted and wants to be submitted again. */
export const jobEnded = eventType("runner/job.ended", { schema: z.object({ key: z.string(), state: z.string() }) });
