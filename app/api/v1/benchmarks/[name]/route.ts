import { route } from "@/lib/route";
import { removeBenchmark } from "@/lib/runner/client";

/** Removes a benchmark of the user's own; figures that were measured on it stay. */
export const DELETE = route<{ name: string }>({ permission: "catalog:edit" }, async (_request, { name }) => {
  await removeBenchmark(name);
  return Response.json({ removed: name });
});
