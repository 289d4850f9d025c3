import { modelStatus } from "@/lib/coordinator/models/settings";

/** For `npm run doctor`: one finding on the language models of all roles, as JSON. Asks no provider. */

const roles = modelStatus();
const wrong = roles.filter(({ usable, setting }) => !usable && setting);
const usable = roles.filter((role) => role.usable);
const byModel = Map.groupBy(usable, ({ provider, model, detail }) => `${provider}/${model} (${detail.replace(/\.$/, "")})`);
const parts = [...byModel].map(([model, players]) => (players.length === roles.length ? model : `${players.map(({ role }) => role).join(", ")}: ${model}`));
const problems = [...new Set(wrong.map(({ detail }) => detail))];
const detail = problems.length > 0 ? problems.join(" ") : parts.join("; ") || `none, the search decides alone: ${roles[0]?.detail}`;
console.log(JSON.stringify({ ok: problems.length === 0, detail, fix: problems.length > 0 ? "correct the setting in .env (see .env.example), then start the app again" : undefined }));
