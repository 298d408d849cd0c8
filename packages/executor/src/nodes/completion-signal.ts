function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/**
 * Whether an answer says that the loop is done: the word stands in a tag of any name (`<promise>DONE</promise>`), or
 * alone on a line, where it may be emphasised, quoted or followed by punctuation. Never inside a sentence, so that
 * "not DONE yet" is no signal.
 *
 * @example
 * saysDone('All tests pass.\n\n**DONE**', 'DONE') // true
 * saysDone('This is not DONE', 'DONE') // false
 */
export function saysDone(answer: string, word: string): boolean {
  const exact = escapeForRegExp(word.trim())
  const tag = new RegExp(`<([A-Za-z][\\w-]*)>\\s*${exact}\\s*</\\1>`)
  const line = new RegExp(
    `^[\\s*_\`"'>#-]*${exact}[\\s*_\`"'.,;:!?]*\\p{Extended_Pictographic}*\\uFE0F?\\s*$`,
    'mu',
  )
  return tag.test(answer) || line.test(answer)
}
