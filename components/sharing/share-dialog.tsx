"use client";

import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getJson } from "@/components/api";
import { useAct } from "@/components/people/use-act";
import { Button, buttonClass } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Notice } from "@/components/ui/panel";
import { RelativeTime } from "@/components/ui/relative-time";
import { share, unshare } from "@/lib/sharing/actions";
import type { ShareView } from "@/lib/sharing/schema";

const terms = [
  { label: "a day", days: 1 },
  { label: "a week", days: 7 },
  { label: "30 days", days: 30 },
  { label: "a year", days: 365 },
  { label: "no end", days: null },
] as const;

interface Props {
  /** Ids: one experiment, or the several of a comparison. */
  experiments: readonly string[];
}

/** Makes read-only links to an experiment or a comparison, and ends them. */
export function ShareDialog({ experiments }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger className={buttonClass("plain")}>Share</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[#000]/40" />
        <Dialog.Popup className="popup fixed top-1/8 left-1/2 z-50 flex max-h-3/4 w-130 max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col gap-4 overflow-y-auto p-4">
          <div>
            <Dialog.Title className="text-base font-semibold">Share</Dialog.Title>
            <Dialog.Description className="text-sm text-ink-2">Whoever has the link may look, without an account, and change nothing.</Dialog.Description>
          </div>
          <NewLink experiments={experiments} />
          <OpenLinks experiments={experiments} />
          <Dialog.Close className={buttonClass("plain", "justify-self-end")}>Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The links that show all of these: those of an experiment's comparisons too. */
function useLinks(experiments: readonly string[]) {
  return useQuery({
    queryKey: ["shares", ...experiments],
    queryFn: async ({ signal }) => {
      const { shares } = await getJson<{ shares: ShareView[] }>(`/api/v1/shares?experiment=${experiments[0]}`, signal);
      return shares.filter((share) => experiments.every((id) => share.experiments.includes(id)));
    },
  });
}

function NewLink({ experiments }: Props) {
  const links = useLinks(experiments);
  const { pending, problem, act } = useAct();
  const [frozen, setFrozen] = useState(false);
  const [embeddable, setEmbeddable] = useState(false);
  const [withView, setWithView] = useState(true);
  const [term, setTerm] = useState(2);
  const [url, setUrl] = useState<string | null>(null);

  const make = (): void =>
    act(async () => {
      const result = await share({ experiments: [...experiments], frozen, embeddable, days: terms[term]?.days ?? null, view: withView ? location.search.slice(1) : "" });
      if (result.ok) setUrl(result.data.url);
      return result;
    }, () => void links.refetch());

  return (
    <div className="grid grid-cols-1 gap-3">
      <fieldset className="grid gap-1">
        <legend className="mb-1 font-medium">What it shows</legend>
        <label className="flex items-center gap-2">
          <input type="radio" name="frozen" checked={!frozen} onChange={() => setFrozen(false)} /> Live: what is there when it is opened
        </label>
        <label className="flex items-center gap-2">
          <input type="radio" name="frozen" checked={frozen} onChange={() => setFrozen(true)} /> Frozen: what is there now
        </label>
      </fieldset>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={withView} onChange={(event) => setWithView(event.target.checked)} /> with my {experiments.length > 1 ? "axes" : "axes, filters and selection"}
        </label>
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={embeddable} onChange={(event) => setEmbeddable(event.target.checked)} /> other sites may embed it
        </label>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <label className="flex items-center gap-2">
          Good for
          <select className="control" value={term} onChange={(event) => setTerm(Number(event.target.value))}>
            {terms.map(({ label }, index) => (
              <option key={label} value={index}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <Button variant="primary" className="ml-auto" disabled={pending} onClick={make}>
          {pending ? "One moment…" : "Make a link"}
        </Button>
      </div>
      {problem ? (
        <Notice tone="bad" role="alert" title={problem.message}>
          {problem.remedy}
        </Notice>
      ) : null}
      {url ? (
        <Notice tone="plain" role="status" title="Copy it now: it is not shown again.">
          <span className="flex items-center gap-1">
            <code className="min-w-0 truncate font-mono text-xs text-ink" data-testid="share-url">
              {url}
            </code>
            <CopyButton text={url} label="Copy the link" />
          </span>
          {embeddable ? (
            <span className="flex items-center gap-1">
              <code className="min-w-0 truncate font-mono text-xs text-ink">{embedCode(url)}</code>
              <CopyButton text={embedCode(url)} label="Copy the code that embeds it" />
            </span>
          ) : null}
        </Notice>
      ) : null}
    </div>
  );
}

const embedCode = (url: string): string => `<iframe src="${url}?embed=1" width="100%" height="800"></iframe>`;

function OpenLinks({ experiments }: Props) {
  const links = useLinks(experiments);
  const { pending, act } = useAct();
  if (!links.data) return links.isError ? <p className="text-bad">The links could not be read.</p> : null;
  if (links.data.length === 0) return <p className="text-sm text-ink-3">Nobody has a link to this {experiments.length > 1 ? "comparison" : "experiment"}.</p>;
  return (
    <section aria-label="Links that can be opened" className="grid grid-cols-1 gap-1 border-t border-line pt-3">
      {links.data.map((link) => (
        <div key={link.id} className="flex flex-wrap items-center gap-x-3 text-sm">
          <span className="font-medium">
            {link.frozen ? "Frozen" : "Live"}
            {link.experiments.length > 1 ? `, ${link.experiments.length} compared` : ""}
          </span>
          <span className="text-ink-2">
            by {link.createdBy}, <RelativeTime at={link.createdAt} />
            {link.view ? ", with a view" : ""}
            {link.embeddable ? ", embeddable" : ""}
          </span>
          <span className="text-ink-3">{link.expiresAt ? `until ${link.expiresAt.slice(0, 10)}` : "no end"}</span>
          <Button variant="quiet" className="ml-auto px-2" disabled={pending} onClick={() => act(() => unshare({ id: link.id }), () => void links.refetch())}>
            Revoke
          </Button>
        </div>
      ))}
    </section>
  );
}
