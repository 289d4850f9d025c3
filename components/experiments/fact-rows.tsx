/** Facts with their names, as a list in two columns. */
export function FactRows({ rows }: { rows: readonly { label: string; value: string; note?: string | undefined }[] }) {
  return (
    <dl className="px-3 py-1">
      {rows.map(({ label, value, note }, index) => (
        <div key={index} className="grid grid-cols-[minmax(7rem,2fr)_5fr] gap-3 border-b border-line py-1.5 last:border-0">
          <dt className="text-ink-2">{label}</dt>
          <dd className="figures min-w-0 break-words">
            {value}
            {note ? <span className="block text-xs break-words text-ink-3">{note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}
