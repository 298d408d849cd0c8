// What the stand-ins share: command lines read as strictly as the real programs do, and conversations that must exist to be
// gone on with. They speak the output formats of the programs, and answer with all they were asked in the conversation.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Reads options with and without a value; anything else is an error. Options may be repeated under other names. */
export function readOptions(args, { values = [], flags = [], words = 0 }) {
  const options = { words: [] }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]
    if (values.includes(arg)) {
      if (args[at + 1] === undefined) stop(2, `error: ${arg} needs a value`)
      options[arg] = args[++at]
    } else if (flags.includes(arg)) options[arg] = true
    else if (options.words.length < words) options.words.push(arg)
    else stop(2, `error: unexpected argument '${arg}' found`)
  }
  return options
}

export function readPrompt() {
  return readFileSync(0, 'utf8')
}

export function stop(exitCode, message) {
  process.stderr.write(`${message}\n`)
  process.exit(exitCode)
}

/** Adds to a conversation, or begins one; returns its new id and everything asked in it. */
export function converse(prompt, { resume, fork = false }) {
  const folder = process.env.STAND_IN_FOLDER
  const file = (id) => join(folder, `${id}.json`)
  if (resume !== undefined && !existsSync(file(resume))) return null
  const asked = [...(resume === undefined ? [] : JSON.parse(readFileSync(file(resume), 'utf8'))), prompt]
  const id = resume === undefined || fork ? `s-${process.pid}-${Date.now()}` : resume
  writeFileSync(file(id), JSON.stringify(asked))
  return { id, asked }
}
