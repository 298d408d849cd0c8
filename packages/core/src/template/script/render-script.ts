import type { Scope } from '../../scope.ts'
import { referenceText, resolveReference } from '../resolve-reference.ts'
import { escapeJavaScript, escapeJavaScriptBehind, escapeRegex } from './escape-javascript.ts'
import { escapePythonBehind, escapePythonBytes } from './escape-python.ts'
import { type ExactJson, exactMember, maxNesting, NestingError, parseExactly } from './exact-json.ts'
import { javaScriptLiteral, pythonLiteral } from './literal.ts'
import { isPlain, quotelessText } from './python-expression.ts'
import type { ScriptLanguage, ScriptReference, ScriptTemplate } from './script-template.ts'
import { ScriptValueError } from './script-value-error.ts'

/**
 * Writes the values into a script, each as its place demands. The program stays the author's whatever the values are, and its lines
 * stay where they are.
 *
 * @throws UnresolvedReferenceError when a reference has no value.
 * @throws ScriptValueError when a value can't be written where its reference stands.
 */
export function renderScript(template: ScriptTemplate, scope: Scope): string {
  return template.segments
    .map((segment) =>
      typeof segment === 'string'
        ? segment
        : renderReference(segment, { scope, language: template.language }),
    )
    .join('')
}

interface Rendering {
  scope: Scope
  language: ScriptLanguage
}

function renderReference(reference: ScriptReference, { scope, language }: Rendering): string {
  const { place } = reference
  const text = () => referenceText(resolveReference(reference, scope))
  const refuse = (reason: string) => new ScriptValueError(reference.source, { reason, reader: scope.reader })
  switch (place.kind) {
    case 'code': {
      const value = exactValue(reference, { scope, refuse })
      return language === 'python' ? pythonLiteral(value) : javaScriptLiteral(value)
    }
    case 'js-string':
      return escapeJavaScriptBehind(text())
    case 'js-template':
      return `\${"${escapeJavaScript(text())}"}`
    case 'js-regex':
      return escapeRegex(text(), place)
    case 'python-string': {
      if (!place.bytes) return escapePythonBehind(text(), place)
      const bytes = escapePythonBytes(text())
      if (bytes === null) throw refuse('it stands in a bytes literal, and the value is no valid Unicode.')
      return bytes
    }
    case 'python-field':
      return pythonLiteral(exactValue(reference, { scope, refuse }), (value) =>
        quotelessText(value, place.freeQuote),
      )
    case 'python-plain':
      if (isPlain(text())) return text()
      throw refuse(`${plainPlaces[place.what]}, where nothing can be escaped, and the value needs it.`)
  }
}

const plainPlaces = {
  string: 'it stands in a string within the braces of an f-string',
  format: 'it stands in the format of a replacement field',
}

/** The value for a place among expressions: of an output that is JSON its value, of any other its text. */
function exactValue(
  placed: ScriptReference,
  { scope, refuse }: { scope: Scope; refuse: (reason: string) => Error },
): ExactJson {
  const value = resolveReference(placed, scope)
  const { reference } = placed
  const output =
    reference.kind === 'node' && reference.property === 'output'
      ? scope.node(reference.nodeId)?.output
      : undefined
  if (output === undefined && typeof value === 'string') return value
  try {
    let exact = parseExactly(output ?? JSON.stringify(value))
    for (const key of reference.kind === 'node' ? reference.path : []) {
      exact = exact === undefined ? undefined : exactMember(exact, key)
    }
    return exact === undefined ? referenceText(value) : exact
  } catch (error) {
    if (error instanceof NestingError) throw refuse(`the value is nested deeper than ${maxNesting} levels.`)
    throw error
  }
}
