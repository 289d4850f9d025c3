"use client";

import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useTheme } from "next-themes";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { getJson } from "@/components/api";
import { sections } from "@/components/experiments/view/view-state";
import { sectionWords, statusWords } from "@/components/experiments/words";
import { demoHref } from "@/components/experiments/launch/prefill";
import { places } from "@/components/layout/places";
import type { EpisodeView, ExperimentSummary, Page } from "@/lib/experiments/schema";

interface Command {
  value: string;
  label: string;
  detail: string;
  /** Searched but not shown. */
  words: string;
  run: () => void;
}

/** Ctrl K anywhere: pages, commands and experiments by name, model or status. */
export function CommandPalette() {
  const router = useRouter();
  const { setTheme } = useTheme();
  const [open, setOpen] = useState(false);

  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      setOpen((was) => !was);
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  const experiments = useQuery({
    queryKey: ["experiments", "palette"],
    queryFn: ({ signal }) => getJson<Page<ExperimentSummary>>("/api/v1/experiments?limit=200", signal),
    enabled: open,
    staleTime: 10_000,
  });
  // What belongs to the experiment that is looked at, whichever of its pages that is.
  const here = /^\/experiments\/(?!new(?:\/|$))([^/]+)/.exec(usePathname())?.[1];
  const episodes = useQuery({
    queryKey: ["episodes", "palette", here],
    queryFn: ({ signal }) => getJson<EpisodeView[]>(`/api/v1/experiments/${here}/episodes`, signal),
    enabled: open && here !== undefined,
    staleTime: 10_000,
  });
  const go = (href: string) => () => router.push(href);
  const groups: { value: string; items: Command[] }[] = [
    { value: "Pages", items: places.map(({ href, label, key, words }) => ({ value: href, label, detail: key ? `g ${key}` : "", words, run: go(href) })) },
    {
      value: "Commands",
      items: [
        { value: "demo", label: "Run the demo", detail: "", words: "pocket example", run: go(demoHref) },
        ...(["system", "light", "dark"] as const).map((theme) => ({ value: `theme-${theme}`, label: `Theme: ${theme}`, detail: "", words: "appearance colour mode", run: () => setTheme(theme) })),
      ],
    },
    {
      value: "This experiment",
      items: here
        ? [
            ...sections.map((section) => ({ value: `part-${section}`, label: `${sectionWords[section]} of this experiment`, detail: "", words: "", run: go(`/experiments/${here}${section === "overview" ? "" : `?section=${section}`}`) })),
            ...(episodes.data ?? []).flatMap(({ number, decision, status }) => {
              const label = decision?.label ?? "";
              return [
                ...(status === "done" ? [{ value: `solution-${number}`, label: `Solution ${number}`, detail: label, words: "", run: go(`/experiments/${here}/solutions/${number}`) }] : []),
                { value: `episode-${number}`, label: `Episode ${number}`, detail: label, words: "", run: go(`/experiments/${here}/episodes/${number}`) },
              ];
            }),
          ]
        : [],
    },
    {
      value: "Experiments",
      items: (experiments.data?.items ?? []).map(({ id, name, model, status }) => ({ value: id, label: name, detail: statusWords[status], words: model, run: go(`/experiments/${id}`) })),
    },
  ].filter(({ items }) => items.length > 0);

  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className="flex h-8 items-center gap-2 rounded-md px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink">
        <Search size={16} aria-hidden />
        <span className="sr-only">Search and commands</span>
        <kbd className="hidden rounded-sm border border-line px-1 font-mono text-xs leading-5 text-ink-3 md:inline">Ctrl K</kbd>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#000]/40" />
        <Dialog.Popup aria-label="Search and commands" className="popup fixed top-[12vh] left-1/2 z-50 w-140 max-w-[calc(100vw-16px)] -translate-x-1/2 overflow-hidden">
          <Autocomplete.Root
            open
            inline
            items={groups}
            autoHighlight="always"
            keepHighlight
            itemToStringValue={({ label, words, detail }: Command) => `${label} ${words} ${detail}`}
          >
            <Autocomplete.Input placeholder="Go to a page or an experiment, or run a command" aria-label="Search pages, commands and experiments" className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none" />
            <Autocomplete.Empty>
              <p className="px-4 py-6 text-center text-ink-2 empty:hidden">{experiments.isPending ? "Reading the experiments" : "Nothing matches."}</p>
            </Autocomplete.Empty>
            <Autocomplete.List className="max-h-[60vh] overflow-y-auto overscroll-contain p-1 data-empty:p-0">
              {(group: (typeof groups)[number]) => (
                <Autocomplete.Group key={group.value} items={group.items}>
                  <Autocomplete.GroupLabel className="px-3 pt-2 pb-1 text-xs text-ink-3">{group.value}</Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(item: Command) => (
                      <Autocomplete.Item
                        key={item.value}
                        value={item}
                        onClick={() => {
                          setOpen(false);
                          item.run();
                        }}
                        className="flex h-8 cursor-pointer items-center gap-3 rounded-sm px-3 outline-none select-none data-highlighted:bg-hover"
                      >
                        <span className="min-w-0 flex-1 truncate">{item.label}</span>
                        <span className="shrink-0 text-xs text-ink-3">{item.detail}</span>
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
