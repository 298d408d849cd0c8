import { type NodeProperty, nodeProperties, type VariableName, variableNames } from './reference.ts'

/** What the text after a `$` looks like, before anyone asks whether the node or the input exists. */
export type ReferenceMatch =
  | { kind: 'variable'; name: VariableName; end: number }
  | { kind: 'input'; name: string; end: number }
  | {
      kind: 'node'
      nodeId: string
      property: NodeProperty
      path: (string | number)[]
      /** The end of a file's name that follows the path and was left out of it: `.md` of `$a.output.slug.md`. */
      fileEnding: string | null
      end: number
    }
  /** `$a.outputs`: dotted like a reference, but with a word that is no property. */
  | { kind: 'dotted'; nodeId: string; word: string; end: number }
  /** `$LOOP_PREV.x`: a form of other engines. */
  | { kind: 'loop_prev'; end: number }

const namePattern = /[A-Za-z_][A-Za-z0-9_-]*/y
const wordPattern = /[A-Za-z_][A-Za-z0-9_]*/y
const pathPattern = /\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d{1,15})\]/y

/** The ends of files' names. Behind a field they are text, as in `$plan.output.slug.md`. */
const fileEndings: ReadonlySet<string> = new Set(
  'md txt json jsonl yaml yml csv tsv html pdf png svg sh py ts js'.split(' '),
)

/** Whether a key looks like the end of a file's name. */
export function isFileEnding(key: string | number | undefined): boolean {
  return typeof key === 'string' && fileEndings.has(key)
}

/**
 * Reads what may be a reference at a `$`. Identifiers are taken as long as they go, so `$BASE_BRANCH_NAME` and
 * `$a.outputs` are no references; a `.` or `[` that no key or index follows ends the path.
 *
 * @param at where the `$` is
 * @param extent how far a path goes
 * @returns `null` when there is nothing like a reference
 */
export function matchReference(
  text: string,
  at: number,
  nodeIds: ReadonlySet<string>,
  extent: PathExtent = 'text',
): ReferenceMatch | null {
  const start = at + 1
  const name = matchAt(namePattern, text, start)
  if (name === null) return null
  const dotted = matchDotted(text, { start, name, extent })
  const isKnownNode = dotted?.kind === 'node' && nodeIds.has(dotted.nodeId)
  const word = matchAt(wordPattern, text, start) ?? name
  if (isVariableName(word) && !isKnownNode) return { kind: 'variable', name: word, end: start + word.length }
  return dotted
}

/**
 * Reads what stands between the braces of `${…}`. All of it must be a reference.
 *
 * @param inner the text between the braces; `end` of the result counts from its beginning
 */
export function matchBracedReference(inner: string, nodeIds: ReadonlySet<string>): ReferenceMatch | null {
  const match = matchReference(`$${inner}`, 0, nodeIds, 'whole')
  if (match === null || match.end !== inner.length + 1) return null
  return { ...match, end: inner.length }
}

/** Whether a name is one of Ion's variables. */
export function isVariableName(name: string): name is VariableName {
  return variables.has(name)
}

const variables: ReadonlySet<string> = new Set(variableNames)

function matchDotted(
  text: string,
  { start, name, extent }: { start: number; name: string; extent: PathExtent },
): ReferenceMatch | null {
  const dot = start + name.length
  if (text[dot] !== '.') return null
  if (name === 'INPUTS') {
    const input = matchAt(namePattern, text, dot + 1)
    return input === null ? null : { kind: 'input', name: input, end: dot + 1 + input.length }
  }
  const word = matchAt(wordPattern, text, dot + 1)
  if (name === 'LOOP_PREV') {
    const loopNode = matchAt(namePattern, text, dot + 1)
    return loopNode === null ? null : { kind: 'loop_prev', end: dot + 1 + loopNode.length }
  }
  if (word === null) return null
  const end = dot + 1 + word.length
  if (!isNodeProperty(word)) return { kind: 'dotted', nodeId: name, word, end }
  const node = { kind: 'node', nodeId: name, property: word } as const
  if (word !== 'output') return { ...node, path: [], fileEnding: null, end }
  const { keys, ...path } = matchPath(text, end, extent)
  return { ...node, ...path, path: keys }
}

/** How far a path goes: to its end, or in running text short of the end of a file's name behind a field. */
export type PathExtent = 'whole' | 'text'

/** A path into an output, as it was read. */
export interface PathMatch {
  keys: (string | number)[]
  fileEnding: string | null
  end: number
}

/** Reads `.key` and `[0]` as far as they go. */
export function matchPath(text: string, start: number, extent: PathExtent): PathMatch {
  const keys: (string | number)[] = []
  let end = start
  let before = start
  for (;;) {
    pathPattern.lastIndex = end
    const match = pathPattern.exec(text)
    if (match === null) break
    keys.push(match[1] ?? Number(match[2]))
    before = end
    end = pathPattern.lastIndex
  }
  const last = keys.at(-1)
  if (extent === 'whole' || keys.length < 2 || !isFileEnding(last)) return { keys, fileEnding: null, end }
  return { keys: keys.slice(0, -1), fileEnding: `.${last}`, end: before }
}

/** Whether a word is what can be asked of a node. */
export function isNodeProperty(word: string): word is NodeProperty {
  return properties.has(word)
}

const properties: ReadonlySet<string> = new Set(nodeProperties)

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}
