/** Who may do what. Each role may do everything that the one before it may. */
export const roles = ["viewer", "editor", "owner"] as const;
export type Role = (typeof roles)[number];

/** The least role that each kind of request needs. */
export const permissions = {
  "lab:read": "viewer",
  "experiment:edit": "editor",
  "catalog:edit": "editor",
  "share:edit": "editor",
  "settings:edit": "owner",
  "people:edit": "owner",
  "audit:read": "owner",
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof permissions;

export function may(role: Role, permission: Permission): boolean {
  return roles.indexOf(role) >= roles.indexOf(permissions[permission]);
}

/** What only reads is neither audited nor held to the limit of writes. */
export function isReading(permission: Permission): boolean {
  return permission.endsWith(":read");
}

/** Who sends a request, and for which team. */
export interface Caller {
  id: string;
  name: string;
  role: Role;
  team: string;
}

/** The team of a single-user lab, and the first team of a shared one: what was measured alone goes over to it. */
export const firstTeam = "lab";

export interface AuditView {
  id: string;
  at: string;
  caller: string;
  action: string;
  target: string;
  /** "done", or the code of the error. */
  outcome: string;
  requestId: string;
}
