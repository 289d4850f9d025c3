import { PageSkeleton } from "@/components/ui/page-skeleton";

export default function Loading() {
  return (
    <PageSkeleton
      label="Asking the runner for benchmarks and methods"
      rows={["h-6 w-40"]}
      columns={[
        ["h-14", "h-48", "h-14"],
        ["h-48", "h-80"],
      ]}
      split="lg:grid-cols-[minmax(0,1fr)_minmax(320px,440px)]"
    />
  );
}
