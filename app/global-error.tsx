"use client";

import { RouteError } from "@/components/ui/route-error";
import "./globals.css";

export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body className="p-4">
        <title>Pareto Lab</title>
        <RouteError error={error} retry={retry} />
      </body>
    </html>
  );
}
