import { basename } from 'node:path'
import { type Diagnostic, parseWorkflow, type WorkflowDefinition } from '@ion/core'
import { stringify } from 'yaml'
import type { SopModel } from './model.ts'
import { inputsOf, type SopInput } from './transpile/inputs.ts'
import { nodeIds } from './transpile/node-ids.ts'
import { promptText } from './transpile/prompt-text.ts'
import { promptOf } from './transpile/prompts.ts'
import { type Granularity, unitsOf } from './transpile/unit.ts'

/** How a SOP becomes a workflow. */
export interface TranspileOptions {
  /** Whether a step with numbered sub-steps is one node, or each of them is. Default `step`. */
  granularity?: Granularity
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
 * The definition is one of YAML, which is in its `source`: it can be kept, read and resumed as any other.
 *
 * @throws TranspileError when the workflow would be larger than a workflow may be, or the SOP has no text.
 *
 * @example
 * const { sop } = parseSop(text, { path: 'agent-sops/pdd.sop.md' })
 * await executeWorkflow({ store, workflow: transpileSop(sop), prompt, inputs: { rough_idea: 'A clock' } })
 */
export function transpileSop(sop: SopModel, options: TranspileOptions = {}): WorkflowDefinition {
  const { granularity = 'step' } = options
  if (sop.steps.length === 0 && sop.text === '') throw new TranspileError('The SOP has no text.', [])
  const yaml = yamlOf(sop, granularity)
  const { workflow, diagnostics } = parseWorkflow(yaml, { path: sop.path })
  if (workflow !== null) return workflow
  const first = diagnostics.find(({ severity }) => severity === 'error')
  throw new TranspileError(`The SOP can't be made into a workflow: ${first?.message}`, diagnostics)
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

function yamlOf(sop: SopModel, granularity: Granularity): string {
  const units = unitsOf(sop, granularity)
  const ids = nodeIds(units.map(({ title }) => title))
  const inputs = inputsOf(sop.parameters)
  const context = { nodeIds: new Set(ids), inputs: new Set(inputs.map(({ name }) => name)) }
  const description = descriptionOf(sop)
  const secrets = inputs.filter(isSecret).map(({ name }) => `INPUTS.${name}`)
  const workflow = {
    name: nameOf(sop),
    ...(description === '' ? {} : { description }),
    ...(inputs.length === 0
      ? {}
      : { inputs: Object.fromEntries(inputs.map(({ name, fields }) => [name, fields])) }),
    ...(secrets.length === 0 ? {} : { secrets }),
    nodes: units.map(({ heading }, index) => ({
      id: ids[index],
      ...(heading === '' ? {} : { description: heading }),
      ...(index === 0 ? {} : { depends_on: ids[index - 1] }),
      prompt: promptText(promptOf(index, { sop, units, ids, inputs }), context),
    })),
  }
  const comment = `# Made from ${sop.path === null ? 'a SOP' : oneLine(basename(sop.path))}.\n`
  return comment + stringify(withoutNul(workflow), { lineWidth: 0, aliasDuplicateObjects: false })
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
