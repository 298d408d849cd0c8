import { basename } from 'node:path'
import { type Diagnostic, parseWorkflow, type WorkflowDefinition } from '@ion/core'
import { stringify } from 'yaml'
import type { SopModel } from './model.ts'
import { toDiagnostic } from './transpile/derivation.ts'
import type { SopInput } from './transpile/inputs.ts'
import type { Granularity } from './transpile/unit.ts'
import { type SopWorkflow, workflowOf } from './transpile/workflow-of.ts'

/** How a SOP becomes a workflow. */
export interface TranspileOptions {
  /** Whether a step with numbered sub-steps is one node, or each of them is. Default `step`. */
  granularity?: Granularity
  /**
   * Whether the run waits for a person behind a step that asks for their approval or confirmation, or that is done in an
   * interactive mode: `auto` makes an approval node of that, which quotes the author. Default `off`: who runs a SOP
   * without watching must not find it paused by what a pattern has found in its words, and the agent reads them anyway.
   */
  gates?: 'auto' | 'off'
  /**
   * Whether the files that a step must save, write or create are looked for behind it: `auto` fails the run where one is
   * missing, and tells the steps that follow which there are. Default `off`.
   */
  artifacts?: 'auto' | 'off'
  /**
   * Whether, behind each step, the agent is asked if everything is so that it MUST and MUST NOT be. What is not goes back to
   * it by name, twice at most; then the step has failed. Default `false`.
   */
  verify?: boolean
  /**
   * Is told what was made of the author's words beyond prompts (conditions, gates, files), and what was left alone, each
   * with its place: diagnostics of the severity `info`, in order of position. Default: nobody is.
   */
  onDiagnostic?: (diagnostic: Diagnostic) => void
}

/** A SOP can't become a workflow. The diagnostics are about the workflow that it would be. */
export class TranspileError extends Error {
  readonly code = 'sop_not_transpiled'
  readonly diagnostics: Diagnostic[]

  constructor(message: string, diagnostics: Diagnostic[]) {
    super(message)
    this.name = 'TranspileError'
    this.diagnostics = diagnostics
  }
}

/**
 * Makes a workflow of a SOP: an input of each parameter, and of each step a `prompt` that waits for the one before. A
 * prompt has the step word for word, the overview, the values of the parameters, the sections that the step refers to, and
 * the results of the steps before. `{name}` becomes the value of a declared parameter; all else stays as it is, also what
 * looks like a reference of Ion.
 *
 * A step that says `If x is false, skip this step` of a parameter gets a condition. Comments `<!-- ion: … -->` set how a
 * step is run, and which are done at the same time.
 *
 * The definition is one of YAML, which is in its `source`: it can be kept, read and resumed as any other.
 *
 * @throws TranspileError when the workflow would be larger than a workflow may be, or the SOP has no text.
 *
 * @example
 * const { sop } = parseSop(text, { path: 'agent-sops/pdd.sop.md' })
 * const workflow = transpileSop(sop, { gates: 'auto', onDiagnostic: ({ message }) => console.error(message) })
 * await executeWorkflow({ store, workflow, prompt, inputs: { rough_idea: 'A clock' } })
 */
export function transpileSop(sop: SopModel, options: TranspileOptions = {}): WorkflowDefinition {
  const { granularity = 'step', gates = 'off', artifacts = 'off', verify = false, onDiagnostic } = options
  if (sop.steps.length === 0 && sop.text === '') throw new TranspileError('The SOP has no text.', [])
  const parts = { gates: gates === 'auto', artifacts: artifacts === 'auto', verify }
  const made = workflowOf(sop, { granularity, parts })
  const { workflow, diagnostics } = parseWorkflow(yamlOf(sop, made), { path: sop.path })
  if (workflow === null) {
    const first = diagnostics.find(({ severity }) => severity === 'error')
    throw new TranspileError(`The SOP can't be made into a workflow: ${first?.message}`, diagnostics)
  }
  const derived = made.derivations.map((derivation) => toDiagnostic(derivation, sop.path))
  for (const diagnostic of derived.toSorted(byPosition)) onDiagnostic?.(diagnostic)
  return workflow
}

/**
 * The workflow of a SOP as YAML, which parses to the same definition.
 *
 * @example
 * await writeFile('.ion/workflows/pdd.yaml', toYaml(transpileSop(sop)))
 */
export function toYaml(definition: WorkflowDefinition): string {
  return definition.source.text
}

function yamlOf(sop: SopModel, { inputs, nodes }: SopWorkflow): string {
  const description = descriptionOf(sop)
  const secrets = inputs.filter(isSecret).map(({ name }) => `INPUTS.${name}`)
  const workflow = {
    name: nameOf(sop),
    ...(description === '' ? {} : { description }),
    ...(inputs.length === 0
      ? {}
      : { inputs: Object.fromEntries(inputs.map(({ name, fields }) => [name, fields])) }),
    ...(secrets.length === 0 ? {} : { secrets }),
    nodes,
  }
  const comment = `# Made from ${sop.path === null ? 'a SOP' : oneLine(basename(sop.path))}.\n`
  return comment + stringify(withoutNul(workflow), { lineWidth: 0, aliasDuplicateObjects: false })
}

function byPosition(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.range.start, b.range.start]
  return left.line - right.line || left.column - right.column
}

function nameOf({ name, title }: SopModel): string {
  return oneLine(name ?? '') || oneLine(title?.text ?? '') || 'sop'
}

/** The first paragraph of the overview, unless the frontmatter has one. */
function descriptionOf({ frontmatter, overview }: SopModel): string {
  const given = frontmatter?.values.description
  return oneLine(typeof given === 'string' ? given : (overview?.body.split(/\n\s*\n/)[0] ?? ''))
}

function isSecret({ parameter: { note, description } }: SopInput): boolean {
  return /\b(?:must not|never|do not) be logged\b|\bmust not log\b/i.test(`${note ?? ''} ${description}`)
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}

/** As in Markdown, a character 0 is one that can't be shown. */
function withoutNul<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '\uFFFD'))
}
