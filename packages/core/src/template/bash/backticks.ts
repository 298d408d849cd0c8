import { type Reading, unterminated } from './reading.ts'

/**
 * Reads a command substitution in backticks. Bash takes the backslashes out of it before it reads the commands, so they
 * are read on their own, without them.
 *
 * @param around what the backticks stand in: in double quotes a `\"` loses its backslash too
 */
export function readBackticks(reading: Reading, around: 'bare' | 'double'): void {
  const { text } = reading
  const start = reading.at
  const escapable = around === 'double' ? '$`\\"' : '$`\\'
  const offsets: number[] = []
  const characters: string[] = []
  let at = start + 1
  while (at < text.length && text[at] !== '`') {
    offsets.push(at)
    const next = text[at + 1]
    if (text[at] === '\\' && next !== undefined) {
      if (!escapable.includes(next)) {
        characters.push('\\')
        offsets.push(at + 1)
      }
      characters.push(next)
      at += 2
    } else {
      characters.push(text[at] ?? '')
      at++
    }
  }
  offsets.push(Math.min(at, text.length))
  if (at >= text.length) unterminated(reading, start, 'This backtick')
  reading.nest({
    text: characters.join(''),
    kind: 'commands',
    outer: (offset) => offsets[Math.min(offset, offsets.length - 1)] ?? at,
    escape: (change) => change.replace(/[\\`]/g, (character) => `\\${character}`),
  })
  reading.at = at + 1
}
