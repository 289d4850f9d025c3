import { readAnswer } from "@/lib/experiments/answers";
import { route } from "@/lib/route";

export const dynamic = "force-dynamic";

/** How far an answer is, and in the end the answer. */
export const GET = route<{ id: string; key: string }>({ permission: "lab:read", experiment: ({ id }) => id }, async (_request, { key }) => Response.json(await readAnswer(key)));
