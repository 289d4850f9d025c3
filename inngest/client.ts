import { Inngest } from "inngest";
import { log } from "@/lib/log";

/**
 * Checkpointing is off: it makes the SDK run several steps in one request, which differs most between engines,
 * and a step that has committed must be on record before the next one begins.
 */
export const inngest = new Inngest({ id: "pareto-lab", checkpointing: false, logger: log.child({ part: "inngest" }) });
