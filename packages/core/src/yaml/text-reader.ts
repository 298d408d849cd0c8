import type { Condition } from '../condition/condition.ts'
import { parseCondition } from '../condition/parse-condition.ts'
import { type ReferenceSite, referenceSite } from '../reference-site.ts'
import type { Report } from '../report.ts'
import type { BashTemplate } from '../template/bash-template.ts'
import { parseBashTemplate } from '../template/parse-bash-template.ts'
import { parseTemplate, templateReferences } from '../template/parse-template.ts'
import type { SourceProblem, TemplateContext } from '../template/problem.ts'
import type { PlacedReference } from '../template/reference.ts'
import { parseScriptTemplate } from '../template/script/parse-script-template.ts'
import type { ScriptLanguage, ScriptTemplate } from '../template/script/script-template.ts'
import type { Template } from '../template/template.ts'
import type { Span } from './source-text.ts'
import { entryOf, type SourceMap, type SourceScalar } from './source-tree.ts'

/** A text of the workflow and the field it stands in. */
export interface TextField {
  scalar: SourceScalar
  nodeId: string
  field: string
}

/** Reads the texts that can hold references; keeps every reference it meets and reports problems where they stand. */
export class TextReader {
  readonly sites: ReferenceSite[] = []
  readonly #context: TemplateContext
  readonly #report: Report

  constructor(context: TemplateContext, report: Report) {
    this.#context = context
    this.#report = report
  }

  template(text: TextField): Template {
    const { template, problems } = parseTemplate(textOf(text), this.#context)
    this.#keep(text, templateReferences(template), problems)
    return template
  }

  bash(text: TextField): BashTemplate {
    const { template, problems } = parseBashTemplate(textOf(text), this.#context)
    const references = template.bindings.map(({ reference }) => reference)
    const bound = new Set(
      references.map(({ reference }) => (reference.kind === 'variable' ? reference.name : '')),
    )
    const variables = template.variables.filter((name) => !bound.has(name))
    const placed = variables.map((name): PlacedReference => {
      const place = placeOf(template.source, name)
      return { reference: { kind: 'variable', name }, source: `$${name}`, ...place }
    })
    this.#keep(text, [...references, ...placed], problems)
    return template
  }

  /** @param given - What `with:` of the node gives: names of inputs that are none of the run's. */
  script(
    text: TextField,
    { language, given }: { language: ScriptLanguage; given: ReadonlySet<string> },
  ): ScriptTemplate {
    const { nodeIds, inputs } = this.#context
    const context = { language, nodeIds, inputs: new Set([...inputs, ...given]) }
    const { template, problems } = parseScriptTemplate(textOf(text), context)
    const references = template.segments
      .filter((segment) => typeof segment !== 'string')
      .filter(({ reference }) => reference.kind !== 'input' || !given.has(reference.name))
    this.#keep(text, references, problems)
    return template
  }

  /** @returns `null` when the condition is malformed; that has been reported. */
  condition(text: TextField): Condition | null {
    const { condition, problems } = parseCondition(textOf(text), this.#context)
    const references = condition?.clauses.flat().map(({ left }) => left) ?? []
    this.#keep(text, references, problems)
    return condition
  }

  #keep(
    { scalar, nodeId, field }: TextField,
    references: PlacedReference[],
    problems: SourceProblem[],
  ): void {
    const spanOf = ({ start, end }: Span) => {
      const from = scalar.offsetOf(start)
      return { start: from, end: end > start ? scalar.offsetOf(end - 1) + 1 : from }
    }
    for (const reference of references) this.sites.push(referenceSite({ nodeId, field, spanOf }, reference))
    for (const { start, end, severity, code, message, hint } of problems) {
      const problem = { code, message, hint, span: spanOf({ start, end }) }
      if (severity === 'error') this.#report.error(problem)
      else this.#report.warning(problem)
    }
  }
}

/** The text under a key, if there is one that isn't blank. */
export function textUnder(map: SourceMap, key: string): SourceScalar | undefined {
  const value = entryOf(map, key)?.value
  const isText = value?.kind === 'scalar' && typeof value.value === 'string' && value.value.trim() !== ''
  return isText ? value : undefined
}

function textOf({ scalar }: TextField): string {
  return typeof scalar.value === 'string' ? scalar.value : scalar.written
}

/** The first place where a script names a variable. */
function placeOf(script: string, name: string): Span {
  const match = new RegExp(`\\$\\{?${name}\\b`).exec(script)
  return match ? { start: match.index, end: match.index + match[0].length } : { start: 0, end: 0 }
}
