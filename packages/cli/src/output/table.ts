/**
 * Rows of text in columns, two spaces apart, as wide as their widest cell; nothing is padded at a line's end.
 *
 * @example
 * alignColumns([['id', 'status'], ['7f3a', 'completed']]) // ['id    status', '7f3a  completed']
 */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length)
    })
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
