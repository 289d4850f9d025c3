import { z } from "zod";

export const artifactHashSchema = z.string().regex(/^[0-9a-f]{64}$/, "An artifact's name is its hash of 64 hex digits.");
