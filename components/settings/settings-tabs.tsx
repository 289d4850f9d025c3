import { clsx } from "clsx";
import Link from "next/link";

const tabs = [
  { key: "checks", href: "/settings", label: "Checks" },
  { key: "people", href: "/settings/people", label: "People" },
  { key: "audit", href: "/settings/audit", label: "Audit" },
] as const;

export function SettingsTabs({ current }: { current: (typeof tabs)[number]["key"] }) {
  return (
    <>
      <h1 className="text-lg font-semibold">Settings</h1>
      <nav aria-label="Settings" className="mt-1 mb-4 flex gap-4 border-b border-line">
        {tabs.map(({ key, href, label }) => (
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
