import type { ReactNode } from "react";

/** The page around what is shown before one is signed in. */
export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh grid-cols-1 place-items-center p-4">
      <div className="grid w-100 grid-cols-1 max-w-full gap-3 rounded-md border border-line bg-ground p-6">
        <p className="text-sm text-ink-3">Pareto Lab</p>
        <h1 className="text-lg font-semibold">{title}</h1>
        {children}
      </div>
    </main>
  );
}
