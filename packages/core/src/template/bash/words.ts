import type { CommandsFrame } from './frames.ts'
import { warnOfProgramText } from './program-text.ts'
import type { Reading } from './reading.ts'

/** Words after which a command begins. */
const reserved: ReadonlySet<string> = new Set('if then elif else while until do { ! time coproc'.split(' '))

const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/
const numberComparison = /^-(?:eq|ne|lt|le|gt|ge)$/
const longestReserved = 16

/** Notes that a word begins, if none has. */
export function beginWord(reading: Reading, frame: CommandsFrame): void {
  if (frame.wordStart !== -1) return
  frame.wordStart = reading.at
  frame.wordUses = reading.found.uses.length
}

/** Ends the current word, if there is one; before a redirection a number is part of that. */
export function endWord(reading: Reading, frame: CommandsFrame, before?: 'redirection'): void {
  if (frame.wordStart === -1) return
  const word = reading.text.slice(frame.wordStart, reading.at).replaceAll('\\\n', '')
  frame.wordStart = -1
  if (before === 'redirection' && /^\d+$/.test(word)) return
  if (frame.redirection) frame.redirection = false
  else if (frame.test !== null) endTestWord(reading, { frame, test: frame.test, word })
  else takeWord(reading, frame, word)
}

/** Ends the current word and the command it is in. */
export function endCommand(reading: Reading, frame: CommandsFrame): void {
  endWord(reading, frame)
  if (frame.test !== null) return
  frame.redirection = false
  frame.commandStart = frame.openers.at(-1)?.kind !== 'words'
  frame.previousWord = ''
  frame.command = null
  frame.interpreter = false
}

function takeWord(reading: Reading, frame: CommandsFrame, word: string): void {
  const top = frame.openers.at(-1)
  if (top?.kind === 'case' && top.expects !== 'commands') {
    takeCaseWord(frame, { top, word })
    return
  }
  warnOfProgramText(reading, frame, word)
  const startsCommand = frame.commandStart
  frame.commandStart = frame.previousWord === 'function'
  frame.previousWord = word.length <= longestReserved ? word : ''
  if (!startsCommand) return
  if (word === 'case') {
    frame.openers.push({ kind: 'case', expects: 'in', patternStart: true })
  } else if (word === 'esac' && top?.kind === 'case') {
    frame.openers.pop()
  } else if (word === '[[') {
    const uses = reading.found.uses.length
    frame.test = { from: uses, to: uses, numberNext: false }
  } else if (reserved.has(word) || assignment.test(word)) {
    frame.commandStart = true
  } else {
    frame.command = frame.previousWord
  }
}

type Case = Extract<CommandsFrame['openers'][number], { kind: 'case' }>

function takeCaseWord(frame: CommandsFrame, { top, word }: { top: Case; word: string }): void {
  if (top.expects === 'in') {
    if (word === 'in') top.expects = 'pattern'
    return
  }
  if (top.patternStart && word === 'esac') frame.openers.pop()
  top.patternStart = false
}

/** Bash evaluates the operands of `-eq` and the like inside `[[ … ]]`, so only numbers may get there. */
function endTestWord(
  reading: Reading,
  { frame, test, word }: { frame: CommandsFrame; test: NonNullable<CommandsFrame['test']>; word: string },
): void {
  if (word === ']]') {
    frame.test = null
    frame.commandStart = false
    return
  }
  const here = { from: frame.wordUses, to: reading.found.uses.length }
  const isComparison = numberComparison.test(word)
  if (isComparison) onlyNumbers(reading, frame, test)
  else if (test.numberNext) onlyNumbers(reading, frame, here)
  frame.test = { ...here, numberNext: isComparison }
}

function onlyNumbers(reading: Reading, frame: CommandsFrame, words: { from: number; to: number }): void {
  for (const use of reading.found.uses.slice(words.from, words.to)) {
    const expands = use.form === 'bare' || use.form === 'double'
    if (use.owner === frame && expands) use.form = 'number'
  }
}
