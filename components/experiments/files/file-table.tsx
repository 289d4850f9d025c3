import { Download } from "lucide-react";
import { Checksum } from "@/components/ui/checksum";
import { TableScroll } from "@/components/ui/table-scroll";
import { formatBytes } from "@/lib/domain/format";

interface Props {
  label: string;
  files: readonly { path: string; bytes: number; sha256: string }[];
  hrefOf: (path: string) => string;
}

/** Files with size and checksum, each to be saved. */
export function FileTable({ label, files, hrefOf }: Props) {
  return (
    <TableScroll label={label}>
      <table className="w-full">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="h-8 border-b border-line text-left text-xs text-ink-2">
            <th scope="col" className="px-3 font-medium">
              File
            </th>
            <th scope="col" className="px-3 text-right font-medium">
              Size
            </th>
            <th scope="col" className="px-3 font-medium">
              SHA-256
            </th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ path, bytes, sha256 }) => (
            <tr key={path} className="h-8 border-b border-line last:border-0">
              <th scope="row" className="px-3 text-left font-normal">
                <a href={hrefOf(path)} download className="inline-flex items-center gap-1.5 rounded-sm font-mono text-xs whitespace-nowrap text-accent hover:underline">
                  <Download size={14} aria-hidden className="shrink-0" /> {path}
                </a>
              </th>
              <td className="px-3 text-right whitespace-nowrap">{formatBytes(bytes)}</td>
              <td className="px-3">
                <Checksum sha256={sha256} of={path} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
