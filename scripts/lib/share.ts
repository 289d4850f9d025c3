import { Command } from "commander";
import { shareSchema } from "@/lib/sharing/schema";
import { connectApp } from "./connect";
import { UserError } from "./errors";

interface ShareFlags {
  frozen?: boolean;
  embed?: boolean;
  days: string;
  view: string;
  title: string;
}

/** `lab share`: read-only links. Each command hands what it does to `run`. */
export function shareCommand(run: (work: () => Promise<string>) => void): Command {
  const share = new Command("share").description("read-only links to experiments");
  share
    .command("create <ids...>", { isDefault: true })
    .description("make a link; several experiments are shown together")
    .option("--frozen", "show what is there now for ever")
    .option("--embed", "other sites may embed it")
    .option("--days <n>", "how long it is good, or \"never\" for no end", "30")
    .option("--view <query>", "query string of the page: axes, filters, selection", "")
    .option("--title <title>", "how it is called", "")
    .action((ids: string[], flags: ShareFlags) => run(() => create(ids, flags)));
  share
    .command("list")
    .description("list the links that can be opened")
    .action(() =>
      run(async () => {
        const shares = await (await connectApp()).shares();
        return shares.map((each) => `${each.id}  ${each.frozen ? "frozen" : "live  "}  until ${each.expiresAt?.slice(0, 10) ?? "no end    "}  ${each.title}`).join("\n") || "There are no links.";
      }),
    );
  share
    .command("revoke <id>")
    .description("end a link at once")
    .action((id: string) => run(async () => `Ended ${(await (await connectApp()).unshare(id)).id}.`));
  return share;
}

async function create(experiments: string[], flags: ShareFlags): Promise<string> {
  const input = shareSchema.safeParse({ experiments, frozen: flags.frozen, embeddable: flags.embed, days: flags.days === "never" ? null : Number(flags.days), view: flags.view, title: flags.title });
  if (!input.success) throw new UserError(input.error.issues.map((issue) => issue.message).join(" "), "`npm run lab -- share --help` lists the options.", 2);
  const { id, url } = await (await connectApp()).share(input.data);
  return `${url}\nEnd it with: npm run lab -- share revoke ${id}`;
}
