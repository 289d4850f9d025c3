"use server";

import { z } from "zod";
import { action } from "@/lib/action";
import { shareSchema } from "./schema";
import { createShare, revokeShare } from "./share";

export const share = action({ name: "share.create", permission: "share:edit", experiment: ({ experiments }) => experiments }, shareSchema, createShare);

export const unshare = action({ name: "share.revoke", permission: "share:edit" }, z.object({ id: z.string().max(100) }), ({ id }, caller) => revokeShare(id, caller));
