import { readDollar } from './dollar.ts'
import type { PythonFrame, PythonReading } from './python-frames.ts'
import { placeOfCode } from './python-frames.ts'
import { closeString, openString, readStringCharacter } from './python-string.ts'
import { type ScriptReading, skipLine, take, unterminated } from './reading.ts'

const space = /\s+/y
const word = /[\p{ID_Start}\p{N}_][\p{ID_Continue}]*\$*/uy
const prefix = /(?:[rRuU]|[bB][rR]?|[rR][bBfFtT]|[fFtT][rR]?)?(?:'''|"""|'|")/y

/** Reads a script of Python: finds its references and what surrounds them. */
export function readPython(reading: ScriptReading): void {
  const frames: PythonFrame[] = []
  const python: PythonReading = Object.assign(reading, { frames })
  while (python.at < python.text.length) {
    const top = python.frames.at(-1)
    if (top?.kind === 'string') readStringCharacter(python, top)
    else if (top?.kind === 'format') readFormatCharacter(python)
    else readCode(python)
  }
  for (let top = python.frames.at(-1); top; top = python.frames.at(-1)) {
    if (top.kind === 'string') {
      unterminated(python, top.start, 'The string')
      closeString(python, top)
    } else python.frames.pop()
  }
}

function readCode(python: PythonReading): void {
  const { text, at } = python
  const char = text[at] ?? ''
  const opening = take(python, prefix)
  if (opening !== null) openString(python, opening, at)
  else if (char === '#') skipLine(python)
  else if (char === '$' && readDollar(python, placeOfCode(python))) return
  else if (take(python, space) === null && take(python, word) === null) readSign(python, char)
}

function readSign(python: PythonReading, char: string): void {
  python.at += 1
  const field = python.frames.at(-1)
  if (field?.kind === 'field') readInField(python, field, char)
}

/** A sign in the expression of a replacement field. */
function readInField(
  python: PythonReading,
  field: Extract<PythonFrame, { kind: 'field' }>,
  char: string,
): void {
  if ('([{'.includes(char)) field.depth += 1
  else if (field.depth > 0) field.depth -= ')]}'.includes(char) ? 1 : 0
  else if (char === '}') python.frames.pop()
  else if (char === ':') python.frames.push({ kind: 'format' })
}

/** A format behind the colon of a replacement field; it ends with the field. */
function readFormatCharacter(python: PythonReading): void {
  const char = python.text[python.at]
  if (char === '$' && readDollar(python, { kind: 'python-plain', what: 'format' })) return
  python.at += 1
  if (char === '{') python.frames.push({ kind: 'field', depth: 0 })
  if (char !== '}') return
  python.frames.pop()
  python.frames.pop()
}
