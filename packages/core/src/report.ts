import type { Diagnostic } from './diagnostic.ts'
import type { SourceText, Span } from './yaml/source-text.ts'

/** More problems than this are counted, not listed. */
const most = 1000

/** What is wrong, before it has a position. */
export interface Problem {
  code: string
  span: Span
  message: string
  hint?: string | undefined
}

/** Collects what is wrong with one source, and lists it in order of position. */
export class Report {
  readonly #source: SourceText
  readonly #path: string | null
  readonly #found: (Problem & { severity: 'error' | 'warning' })[] = []
  #errors = 0
  #unlisted = 0

  constructor(source: SourceText, path: string | null) {
    this.#source = source
    this.#path = path
  }

  get hasErrors(): boolean {
    return this.#errors > 0
  }

  /** Whether what is added now is only counted: not worth looking for suggestions. */
  get isFull(): boolean {
    return this.#found.length >= most
  }

  error(problem: Problem): void {
    this.#errors += 1
    this.#add({ ...problem, severity: 'error' })
  }

  warning(problem: Problem): void {
    this.#add({ ...problem, severity: 'warning' })
  }

  #add(problem: Problem & { severity: 'error' | 'warning' }): void {
    if (this.isFull) this.#unlisted += 1
    else this.#found.push(problem)
  }

  /** Everything found, by position. */
  diagnostics(): Diagnostic[] {
    const sorted = this.#found.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end)
    const diagnostics = sorted.map((problem) => this.#diagnostic(problem))
    if (this.#unlisted > 0) diagnostics.push(this.#diagnostic(tooMany(this.#source, this.#unlisted)))
    return diagnostics
  }

  #diagnostic(problem: Problem & { severity: 'error' | 'warning' }): Diagnostic {
    const { code, severity, message, span, hint } = problem
    const range = { start: this.#source.position(span.start), end: this.#source.position(span.end) }
    return { code, severity, message, path: this.#path, range, ...(hint === undefined ? {} : { hint }) }
  }
}

function tooMany(source: SourceText, unlisted: number): Problem & { severity: 'error' } {
  const end = source.text.length
  return {
    code: 'ION1011',
    severity: 'error',
    span: { start: end, end },
    message: `There are ${unlisted} more problems; only the first ${most} found are listed.`,
  }
}
