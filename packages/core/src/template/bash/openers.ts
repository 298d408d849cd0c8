import type { CommandsFrame } from './frames.ts'
import type { Reading } from './reading.ts'
import { endWord } from './words.ts'

/** Takes in a `(` that begins no arithmetic: a subshell, a function, an array, a pattern. */
export function openParenthesis(reading: Reading, frame: CommandsFrame): void {
  const top = frame.openers.at(-1)
  if (top?.kind === 'case' && top.expects === 'pattern' && top.patternStart && frame.wordStart === -1) {
    top.patternStart = false
    return
  }
  const before = frame.wordStart === -1 ? '' : (reading.text[reading.at - 1] ?? '')
  const startsCommand = frame.commandStart
  endWord(reading, frame)
  const holdsWords = before === '=' || '?*+@!'.includes(before || ' ') || frame.test !== null
  const isPattern = before !== '=' && holdsWords
  frame.openers.push({
    kind: holdsWords ? 'words' : 'paren',
    commandStartAfter: isPattern ? false : startsCommand || before !== '=',
  })
  frame.commandStart = !holdsWords
}

/**
 * Takes in a `)`.
 *
 * @returns whether it closes the list of commands itself
 */
export function closeParenthesis(frame: CommandsFrame): boolean {
  const top = frame.openers.at(-1)
  if (top?.kind === 'case' && top.expects === 'pattern') {
    top.expects = 'commands'
    frame.commandStart = true
    return false
  }
  if (top === undefined || top.kind === 'case') return frame.closer === ')'
  frame.openers.pop()
  frame.commandStart = top.commandStartAfter
  return false
}

/**
 * Takes in a `;`, or a `;;`, `;&` or `;;&` that ends a clause of a `case`.
 *
 * @returns how many characters it is
 */
export function nextClause(text: string, { at, frame }: { at: number; frame: CommandsFrame }): number {
  const ending = text.startsWith(';;&', at) ? 3 : /^;[;&]/.test(text.slice(at, at + 2)) ? 2 : 1
  const top = frame.openers.at(-1)
  if (ending > 1 && top?.kind === 'case') {
    top.expects = 'pattern'
    top.patternStart = true
  }
  return ending
}
