import { z } from "zod";
import { roles, type Role } from "@/lib/access/schema";

const email = z.email("That is no e-mail address.").max(200).transform((text) => text.toLowerCase());
const password = z.string().min(12, "Use at least 12 characters.").max(200, "Use at most 200 characters.");
const name = z.string().trim().min(1, "Say how you are called.").max(100);
const id = z.string().min(1).max(100);

export const signInSchema = z.object({ email, password: z.string().min(1, "Enter your password.").max(200) });
export const joinSchema = z.object({ invitation: id, name, password });
export const claimSchema = z.object({ name, email, password });
export const inviteSchema = z.object({ email, role: z.enum(roles) });
export const roleSchema = z.object({ id, role: z.enum(roles) });
export const idSchema = z.object({ id });
export const teamSchema = z.object({ name: z.string().trim().min(1, "Name the team.").max(80) });

export interface PersonView {
  /** Of the membership, not of the person. */
  id: string;
  userId: string;
  name: string;
  email: string;
  role: Role;
  since: string;
}

export interface InvitationView {
  id: string;
  email: string;
  role: Role;
  expiresAt: string;
}

export interface TeamView {
  id: string;
  name: string;
}
