import { allRecords } from "./queries";
import { memoryFormat, skillRecordSchema, type ImportReply, type ImportRequest, type MemoryFile, type SkillRecord } from "./schema";
import { addRecords } from "./write-queries";

/** A team's memory as one file, to take along to another lab. */
export async function exportMemory(team: string, now: Date): Promise<MemoryFile> {
  return { format: memoryFormat, version: 1, exportedAt: now.toISOString(), records: await allRecords(team) };
}

/** At most this many refusals are told one by one. */
const mostReasons = 100;

/**
 * Takes in what is new. A record is known when its experiment and episode are: an experiment's id is unique over all
 * labs, so a file can be imported twice, or into the lab that it came from, and changes nothing.
 */
export async function importMemory(team: string, { name, file }: ImportRequest): Promise<ImportReply> {
  const wanted = new Map<string, SkillRecord>();
  const refused: ImportReply["reasons"] = [];
  let repeated = 0;
  file.records.forEach((given, index) => {
    const parsed = skillRecordSchema.safeParse(given);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      refused.push({ record: index + 1, reason: `${issue?.path.join(".") || "record"}: ${issue?.message ?? "not valid"}` });
      return;
    }
    const key = `${parsed.data.experimentId}#${parsed.data.episode}`;
    if (wanted.has(key)) repeated += 1;
    else wanted.set(key, parsed.data);
  });
  let added = 0;
  const records = [...wanted.values()];
  // A statement may have 65,535 parameters; a record takes 24.
  for (let start = 0; start < records.length; start += 1000) added += await addRecords(records.slice(start, start + 1000), team, name);
  return { added, known: records.length - added + repeated, refused: refused.length, reasons: refused.slice(0, mostReasons) };
}
