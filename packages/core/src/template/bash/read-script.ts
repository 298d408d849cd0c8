import { stepArithmetic } from './arithmetic.ts'
import { readBackticks } from './backticks.ts'
import { stepCommands } from './commands.ts'
import { readDollar } from './dollar.ts'
import { type Found, nothingFound } from './found.ts'
import { commandsFrame, type Frame } from './frames.ts'
import { stepParameter } from './parameter.ts'
import { stepDouble } from './quotes.ts'
import { type Part, type Reading, type ScriptContext, unterminated } from './reading.ts'
import { endCommand } from './words.ts'

const deepest = 50

/**
 * Reads a bash script as bash does, as far as it matters to what a `$` means, and finds Ion's references in it. Whatever
 * the text, it comes to an end and throws nothing.
 */
export function readScript(text: string, context: ScriptContext): Found {
  return read(text, { context, kind: 'commands', depth: 0 })
}

function read(
  text: string,
  { context, kind, depth }: { context: ScriptContext; kind: Part['kind']; depth: number },
): Found {
  const found = nothingFound()
  const root: Frame =
    kind === 'commands' ? commandsFrame(0, { closer: null }) : { kind: 'heredoc', start: 0, owner: null }
  const frames = [root]
  const reading: Reading = {
    text,
    context,
    found,
    frames,
    notArithmetic: new Set(),
    at: 0,
    depth,
    nest: (part) => {
      if (depth < deepest) adopt(found, read(part.text, { context, kind: part.kind, depth: depth + 1 }), part)
    },
  }
  while (reading.at < text.length) step(reading, frames.at(-1) ?? root)
  const open = frames.length > 1 ? frames.at(-1) : undefined
  if (open !== undefined) unterminated(reading, open.start, `This \`${opening(text, open)}\``)
  else if (root.kind === 'commands') endCommand(reading, root)
  return found
}

function step(reading: Reading, frame: Frame): void {
  switch (frame.kind) {
    case 'commands':
      stepCommands(reading, frame)
      return
    case 'double':
      stepDouble(reading, frame)
      return
    case 'heredoc':
      stepHeredoc(reading)
      return
    case 'parameter':
      stepParameter(reading, frame)
      return
    case 'arithmetic':
      stepArithmetic(reading, frame)
  }
}

/** Moves on in the body of a here-document, where quotes are nothing but characters. */
function stepHeredoc(reading: Reading): void {
  const char = reading.text[reading.at]
  if (char === '$') readDollar(reading, { form: 'double' })
  else if (char === '`') readBackticks(reading, 'bare')
  else reading.at += char === '\\' ? 2 : 1
}

function opening(text: string, frame: Frame): string {
  return /^(?:\$?[({["]{1,2}|"|`)?/.exec(text.slice(frame.start, frame.start + 3))?.[0] || '"'
}

/** Takes over what was found in a part that was read on its own. */
function adopt(found: Found, inner: Found, { outer, escape: escaped }: Part): void {
  const moved = <T extends { start: number; end: number }>(item: T): T => ({
    ...item,
    start: outer(item.start),
    end: outer(item.end),
  })
  for (const use of inner.uses) found.uses.push({ ...moved(use), owner: null })
  for (const edit of inner.edits) found.edits.push({ ...moved(edit), text: escaped(edit.text) })
  for (const comment of inner.comments) found.comments.push(moved(comment))
  for (const problem of inner.problems) found.problems.push(moved(problem))
  for (const name of inner.variables) found.variables.add(name)
}
