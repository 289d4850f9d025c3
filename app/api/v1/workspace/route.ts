import { parseBody, parseInput } from "@/lib/parse";
import { listWorkspace, readWorkspace } from "@/lib/planning/workspace/files";
import { keepNote } from "@/lib/planning/workspace/keep";
import { noteSchema } from "@/lib/planning/workspace/schema";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** All files, or with `kind` and `name` one of them with its text. */
export const GET = route({ permission: "lab:read" }, async (request, _params, { team }) => {
  const { kind, name } = Object.fromEntries(new URL(request.url).searchParams);
  if (kind !== undefined && name !== undefined) return Response.json(await readWorkspace(team, { kind, name }));
  return Response.json({ files: await listWorkspace(team) });
});

export const POST = route({ permission: "experiment:edit" }, async (request, _params, caller) => {
  const note = parseInput(noteSchema, await parseBody(request));
  return Response.json(await keepNote(caller, note, caller.name), { status: 201 });
});
