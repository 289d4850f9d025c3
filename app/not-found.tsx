import { NotFoundView } from "@/components/ui/not-found-view";

export default function NotFound() {
  return (
    <main className="p-4">
      <NotFoundView title="There is no such page" message="The address may be mistyped, or the page was moved." />
    </main>
  );
}
