import { ButtonLink } from "@/components/ui/button";

export function NotFoundView({ title, message }: { title: string; message: string }) {
  return (
    <div className="rounded-md border border-line bg-panel p-6">
      <h1 className="text-lg font-semibold">{title}</h1>
      <p className="mt-1 max-w-2xl text-ink-2">{message}</p>
      <div className="mt-4">
        <ButtonLink href="/experiments">Go to the experiments</ButtonLink>
      </div>
    </div>
  );
}
