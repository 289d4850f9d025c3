import { z } from "zod";
import { announceJobEnd } from "@/lib/experiments/episode";
import { AppError } from "@/lib/errors";
import { parseInput } from "@/lib/parse";
import { isSignedByRunner } from "@/lib/runner/client";
import { openRoute } from "@/lib/route";

const jobSchema = z.object({ key: z.string().max(200), state: z.string().max(40) });

/** The runner's word that a job has ended. It only wakes the waiting episode, which then asks the runner itself. */
export const POST = openRoute(async (request) => {
  const body = await request.text();
  if (!isSignedByRunner(request, body)) {
    throw new AppError("unauthorized", "The signature of this call is missing, wrong or too old.", {
      remedy: "Only the runner may call this address; check that RUNNER_KEY is the same on both sides and that the clocks agree.",
    });
  }
  await announceJobEnd(parseInput(jobSchema, JSON.parse(body)));
  return Response.json({ ok: true });
});
