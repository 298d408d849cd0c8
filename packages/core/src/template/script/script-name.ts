/**
 * The name or path of a file that the text of a `script` may be: one line, no white space in it, and nothing that names
 * of files hardly ever have and programs do (quotes, `$`, braces, `*`, `|`). Whether there is such a file is for the host
 * to find out; a text that is no candidate is a program.
 *
 * @returns the text without white space around it, or `null`
 * @example
 * scriptNameCandidate('tools/report.py\n') // 'tools/report.py'
 * scriptNameCandidate('print("done")') // null
 */
export function scriptNameCandidate(source: string): string | null {
  const text = source.trim()
  return /^[^\s\p{Cc}$'"`<>|&*?{}\\]+$/u.test(text) && /[\p{L}\p{N}]$/u.test(text.replace(/[()[\]_]+$/, ''))
    ? text
    : null
}
