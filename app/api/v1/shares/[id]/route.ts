import { route } from "@/lib/route";
import { revokeShare } from "@/lib/sharing/share";

/** Ends a link at once, also for those who have it open. */
export const DELETE = route<{ id: string }>({ permission: "share:edit" }, async (_request, { id }, caller) => Response.json(await revokeShare(id, caller)));
