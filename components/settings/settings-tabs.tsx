import { clsx } from "clsx";
import Link from "next/link";
import { may, type Permission, type Role } from "@/lib/access/schema";

const tabs = [
  { key: "checks", href: "/settings", label: "Checks", permission: "lab:read" },
  { key: "people", href: "/settings/people", label: "People", permission: "lab:read" },
  { key: "audit", href: "/settings/audit", label: "Audit", permission: "audit:read" },
] as const satisfies { key: string; href: string; label: string; permission: Permission }[];

/** The pages of the settings that the role may see. */
export function SettingsTabs({ current, role }: { current: (typeof tabs)[number]["key"]; role: Role }) {
  const shown = tabs.filter(({ permission }) => may(role, permission));
  return (
    <>
      <h1 className="text-lg font-semibold">Settings</h1>
      <nav aria-label="Settings" className="mt-1 mb-4 flex gap-4 border-b border-line">
        {shown.map(({ key, href, label }) => (
          <Link
            key={key}
            href={href}
            aria-current={key === current ? "page" : undefined}
            className={clsx("-mb-px flex h-8 items-center border-b-2", key === current ? "border-accent font-medium text-ink" : "border-transparent text-ink-2 hover:text-ink")}
          >
            {label}
          </Link>
        ))}
      </nav>
    </>
  );
}
