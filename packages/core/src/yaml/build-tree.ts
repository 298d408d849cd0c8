import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml'
import type { Report } from '../report.ts'
import { scalarPositions } from './scalar-position.ts'
import type { SourceText, Span } from './source-text.ts'
import type { SourceEntry, SourceList, SourceMap, SourceNode, SourceScalar } from './source-tree.ts'

/** Deeper than this, nesting is no workflow. */
const maxDepth = 100
/** How many values aliases may stand for in all. */
const maxAliasedValues = 10_000

/**
 * Turns the document of the YAML library into Ion's source tree: aliases resolved, within bounds; keys unique texts;
 * every place where something is wrong reported.
 *
 * @returns `null` when the document is a bomb; an error has been reported.
 */
export function buildTree(
  root: ParsedNode,
  options: { source: SourceText; report: Report },
): SourceNode | null {
  try {
    return new TreeBuilder(options).node(root, 0)
  } catch (error) {
    if (!(error instanceof BombError)) throw error
    options.report.error(error)
    return null
  }
}

/** The document is nested, or multiplied by aliases, beyond what a workflow can need. */
class BombError extends Error {
  readonly code: string
  readonly span: Span

  constructor(code: string, span: Span, message: string) {
    super(message)
    this.code = code
    this.span = span
  }
}

class TreeBuilder {
  readonly #source: SourceText
  readonly #report: Report
  readonly #anchors = new Map<string, SourceNode>()
  readonly #sizes = new Map<SourceNode, number>()
  #aliased = 0

  constructor({ source, report }: { source: SourceText; report: Report }) {
    this.#source = source
    this.#report = report
  }

  node(parsed: ParsedNode, depth: number): SourceNode {
    const span = spanOf(parsed)
    if (depth > maxDepth) throw new BombError('ION1008', span, `Nested deeper than ${maxDepth} levels.`)
    if (isAlias(parsed)) return this.#alias(parsed.source, span)
    const node = this.#value(parsed, span, depth)
    if (parsed.anchor !== undefined) this.#anchors.set(parsed.anchor, node)
    return node
  }

  #value(parsed: ParsedNode, span: Span, depth: number): SourceNode {
    if (isMap(parsed)) return this.#map(parsed, span, depth)
    if (isSeq(parsed)) return this.#list(parsed, span, depth)
    return this.#scalar(isScalar(parsed) ? parsed : null, span)
  }

  #alias(name: string, span: Span): SourceNode {
    const target = this.#anchors.get(name)
    if (target === undefined) {
      const message = `The alias \`*${name}\` has no anchor \`&${name}\` before it.`
      this.#report.error({ code: 'ION1006', span, message })
      return this.#scalar(null, span)
    }
    this.#aliased += this.#sizes.get(target) ?? 1
    if (this.#aliased > maxAliasedValues) {
      throw new BombError('ION1006', span, `Aliases stand for more than ${maxAliasedValues} values.`)
    }
    return target
  }

  #scalar(parsed: Scalar | null, span: Span): SourceScalar {
    const written = parsed?.source ?? ''
    const value = this.#plainValue(parsed, span)
    const text = typeof value === 'string' ? value : ''
    const placed = { text: this.#source.text, ...span, style: parsed?.type, value: text }
    return { kind: 'scalar', ...span, written, value, offsetOf: scalarPositions(placed) }
  }

  #plainValue(parsed: Scalar | null, span: Span): SourceScalar['value'] {
    const value: unknown = parsed?.value ?? null
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    const message = `\`${parsed?.source ?? ''}\` is no value of JSON.`
    this.#report.error({ code: 'ION1111', span, message, hint: 'Quote it if it is a text.' })
    return null
  }

  #list(parsed: { items: unknown[] }, span: Span, depth: number): SourceList {
    const items = parsed.items.map((item) =>
      isParsedNode(item) ? this.node(item, depth + 1) : this.#scalar(null, span),
    )
    return this.#sized({ kind: 'list', ...span, items }, items)
  }

  #map(parsed: { items: { key: unknown; value: unknown }[] }, span: Span, depth: number): SourceMap {
    const entries = new Map<string, SourceEntry>()
    for (const { key, value } of parsed.items) {
      const entry = this.#entry({ key, value }, span, depth)
      const first = entry && entries.get(entry.key)
      if (first) this.#duplicate(first, entry)
      else if (entry) entries.set(entry.key, entry)
    }
    const list = [...entries.values()]
    return this.#sized(
      { kind: 'map', ...span, entries: list },
      list.map(({ value }) => value),
    )
  }

  #entry(pair: { key: unknown; value: unknown }, span: Span, depth: number): SourceEntry | null {
    const keySpan = isParsedNode(pair.key) ? spanOf(pair.key) : { start: span.start, end: span.start + 1 }
    const value = isParsedNode(pair.value)
      ? this.node(pair.value, depth + 1)
      : this.#scalar(null, emptyAt(keySpan))
    const key = isParsedNode(pair.key) ? this.#key(pair.key, keySpan) : this.#notAKey(keySpan)
    return key === null ? null : { key, keySpan, value }
  }

  #key(parsed: ParsedNode, span: Span): string | null {
    const node = isAlias(parsed) ? this.#alias(parsed.source, span) : null
    if (node !== null) return node.kind === 'scalar' ? String(node.value) : this.#notAKey(span)
    if (!isScalar(parsed)) return this.#notAKey(span)
    const key = typeof parsed.value === 'string' ? parsed.value : (parsed.source ?? '')
    if (key !== '<<' || parsed.type !== 'PLAIN') return key
    const message = 'Merge keys (`<<`) are not part of YAML 1.2.'
    const hint = 'Write the keys out, or put what nodes share under `defaults:` of the workflow.'
    this.#report.error({ code: 'ION1005', span, message, hint })
    return null
  }

  #notAKey(span: Span): null {
    this.#report.error({ code: 'ION1012', span, message: 'A key must be a text.' })
    return null
  }

  #duplicate(first: SourceEntry, second: SourceEntry): void {
    const { key } = second
    const { line, column } = this.#source.position(first.keySpan.start)
    const message = `The key \`${key}\` is here for the second time; the first is at ${line}:${column}.`
    const hint = 'Keep one of the two.'
    this.#report.error({ code: 'ION1002', span: second.keySpan, message, hint })
  }

  #sized<Node extends SourceNode>(node: Node, children: SourceNode[]): Node {
    let size = 1
    for (const child of children) size += this.#sizes.get(child) ?? 1
    this.#sizes.set(node, size)
    return node
  }
}

function isParsedNode(node: unknown): node is ParsedNode {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)
}

/** From the node's first character to the end of its value, without what follows it on the line. */
function spanOf(node: ParsedNode): Span {
  const [start, end] = node.range
  return { start, end }
}

function emptyAt(key: Span): Span {
  return { start: key.end, end: key.end }
}
