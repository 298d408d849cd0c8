/**
 * What a guide tells its reader to do, in order: commands to type (with what they print, as far as the guide says), and files to
 * write. A block below a file's name in bold is that file; "continued" adds to its end, after an empty line. Blocks of `sh` are
 * commands; a block of `text` is what the commands before it print.
 *
 * @param {string} markdown
 * @returns {({ kind: 'file', path: string, text: string, continued: boolean } | { kind: 'commands', text: string, prints: string[] })[]}
 * @throws {Error} for a block that is none of these: a reader would not know what to do with it.
 */
export function guideSteps(markdown) {
  const steps = []
  for (const [, before, language, text] of markdown.matchAll(/^(.*)\n\n?```(\w*)\n([\s\S]*?)^```$/gm)) {
    const [, path, continued] = /^\*\*`([^`]+)`\*\*(, continued)?$/.exec(before) ?? []
    const last = steps.at(-1)
    if (path !== undefined) steps.push({ kind: 'file', path, text, continued: continued !== undefined })
    else if (language === 'sh') steps.push({ kind: 'commands', text, prints: [] })
    else if (language === 'text' && last?.kind === 'commands') last.prints.push(...text.trimEnd().split('\n'))
    else throw new Error(`a block of ${language || 'no language'} is neither a file nor a command:\n${text}`)
  }
  return steps
}

/**
 * The files that a guide has its reader write, whole.
 *
 * @param {ReturnType<typeof guideSteps>} steps
 * @returns {Map<string, string>} text by path
 */
export function guideFiles(steps) {
  const files = new Map()
  for (const step of steps) {
    if (step.kind !== 'file') continue
    files.set(step.path, step.continued ? `${files.get(step.path)}\n${step.text}` : step.text)
  }
  return files
}
