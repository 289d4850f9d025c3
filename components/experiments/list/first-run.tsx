import { ButtonLink } from "@/components/ui/button";
import { demoHref } from "@/components/experiments/launch/prefill";

const cards = [
  {
    title: "Run the demo",
    text: "The pocket model comes with the lab. Its uncompressed self is measured first, then six compressions are planned, carried out and measured on this machine. The front grows as you watch.",
    href: demoHref,
    action: "Run the demo",
    variant: "primary",
  },
  {
    title: "Bring your own model",
    text: "A local folder or a hub id of a causal language model. You see what is known about it, and from where, before anything starts.",
    href: "/experiments/new",
    action: "Choose a model",
    variant: "plain",
  },
] as const;

export function FirstRun() {
  return (
    <div className="grid gap-4 md:grid-cols-2">
      {cards.map(({ title, text, href, action, variant }) => (
        <section key={title} className="flex flex-col rounded-md border border-line bg-panel p-6">
          <h2 className="text-base font-semibold">{title}</h2>
          <p className="mt-1 mb-4 max-w-prose text-ink-2">{text}</p>
          <div className="mt-auto">
            <ButtonLink href={href} variant={variant}>
              {action}
            </ButtonLink>
          </div>
        </section>
      ))}
    </div>
  );
}
