"use client";

import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { actionOf, isPageKey, shortcuts } from "@/components/layout/shortcuts";
import { IconButton } from "@/components/ui/button";

export function Keyboard() {
  const router = useRouter();
  const [helpOpen, setHelpOpen] = useState(false);
  const previous = useRef<{ key: string; at: number } | null>(null);

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (!isPageKey(event)) return;
      const current = { key: event.key, at: event.timeStamp };
      const action = actionOf(current, previous.current);
      previous.current = action ? null : current;
      if (!action) return;
      event.preventDefault();
      if (typeof action === "object") router.push(action.go);
      if (action === "help") setHelpOpen(true);
      if (action === "filter") document.querySelector<HTMLElement>("[data-page-filter]")?.focus();
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [router]);

  return (
    <Dialog.Root open={helpOpen} onOpenChange={setHelpOpen}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#000]/40" />
        <Dialog.Popup className="popup fixed top-1/4 left-1/2 z-50 w-90 max-w-[calc(100vw-32px)] -translate-x-1/2 p-4">
          <div className="mb-2 flex items-center justify-between">
            <Dialog.Title className="text-base font-semibold">Keyboard</Dialog.Title>
            <Dialog.Close render={<IconButton label="Close" />}>
              <X size={16} aria-hidden />
            </Dialog.Close>
          </div>
          <dl>
            {shortcuts.map(({ keys, label }) => (
              <div key={keys} className="flex h-8 items-center justify-between gap-4">
                <dt className="text-ink-2">{label}</dt>
                <dd className="flex gap-1">
                  {keys.split(" ").map((name) => (
                    <kbd key={name} className="min-w-6 rounded-sm border border-line-strong bg-panel px-1.5 text-center font-mono text-xs leading-5">
                      {name}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
