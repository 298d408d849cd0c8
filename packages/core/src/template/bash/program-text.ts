import type { CommandsFrame } from './frames.ts'
import type { Reading } from './reading.ts'

const interpreter =
  /^(?:.*\/)?(?:ba|z|k|da|a)?sh$|^(?:.*\/)?(?:python|node|ruby|perl|php|bun|deno|pwsh)[\d.]*$/
const programFollows = /^-[A-Za-z]*[ce]$|^--eval$/

/**
 * Warns where the value of a reference becomes a part of a program: `bash -c "… $a.output"`, `eval`, `trap`. Ion keeps
 * data out of the script itself; what the script hands to another interpreter is its own doing.
 */
export function warnOfProgramText(reading: Reading, frame: CommandsFrame, word: string): void {
  const { uses, problems } = reading.found
  const isProgram =
    (frame.interpreter && programFollows.test(frame.previousWord)) ||
    frame.command === 'eval' ||
    (frame.command === 'trap' && frame.previousWord === 'trap')
  if (word.length < 100 && interpreter.test(word)) frame.interpreter = true
  else if (!word.startsWith('-')) frame.interpreter = false
  if (!isProgram) return
  for (const use of uses.slice(frame.wordUses)) {
    if (use.owner !== frame || use.reference.kind === 'variable') continue
    problems.push({
      code: 'ION2012',
      severity: 'warning',
      message: 'The value becomes part of a program here, and can change what the program does.',
      start: use.start,
      end: use.end,
      hint: 'Give the value to the program as an argument, in its environment or on its standard input.',
    })
  }
}
