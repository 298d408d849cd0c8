import type { NodeDefinition, WithValue, WorkflowDefinition } from './definition.ts'
import type { BashTemplate } from './template/bash-template.ts'
import { templateReferences } from './template/parse-template.ts'
import type { PlacedReference } from './template/reference.ts'
import type { ScriptTemplate } from './template/script/script-template.ts'
import type { Template } from './template/template.ts'

/** A reference with the node and the field it stands in. */
export interface WorkflowReference {
  nodeId: string
  /** The field's path on the node: `bash`, `when`, `env.TOKEN`, `loop.until_bash`. */
  field: string
  reference: PlacedReference
}

/**
 * Every reference of a workflow, in order of declaration; in bash each distinct one once. Not among them: what bash reads
 * from its environment (`variables` of the script), and what stands in command files.
 *
 * @example
 * [...workflowReferences(workflow)].filter(({ reference }) => reference.reference.kind === 'variable')
 */
export function* workflowReferences(workflow: WorkflowDefinition): Generator<WorkflowReference> {
  for (const node of workflow.nodes) {
    for (const { field, references } of referencesOf(node)) {
      for (const reference of references) yield { nodeId: node.id, field, reference }
    }
  }
}

interface FieldReferences {
  field: string
  references: PlacedReference[]
}

function* referencesOf(node: NodeDefinition): Generator<FieldReferences> {
  if (node.when) yield { field: 'when', references: node.when.clauses.flat().map(({ left }) => left) }
  for (const [name, template] of node.env) yield inTemplate(`env.${name}`, template)
  if (node.cwd) yield inTemplate('cwd', node.cwd)
  yield* bodyReferences(node)
}

function* bodyReferences(node: NodeDefinition): Generator<FieldReferences> {
  switch (node.type) {
    case 'bash':
      yield inScript('bash', node.script)
      break
    case 'prompt':
      yield inTemplate('prompt', node.prompt)
      break
    case 'script':
      yield* inWith(node.with)
      if (node.template) yield inProgram(node.template, node.with)
      break
    case 'command':
      yield* inWith(node.with)
      break
    case 'loop':
      if (node.body.kind === 'prompt') yield inTemplate('loop.prompt', node.body.prompt)
      if (node.untilBash) yield inScript('loop.until_bash', node.untilBash)
      if (node.gate) yield inTemplate('loop.gate_message', node.gate.message)
      break
    case 'approval':
      yield inTemplate('approval.message', node.message)
      if (node.onReject) yield inTemplate('approval.on_reject.prompt', node.onReject.prompt)
      break
    case 'cancel':
      yield inTemplate('cancel', node.reason)
      break
    default:
      node satisfies never
  }
}

function* inWith(values: ReadonlyMap<string, WithValue>): Generator<FieldReferences> {
  for (const [name, value] of values) {
    const field = `with.${name}`
    if (value.kind === 'template') yield inTemplate(field, value.template)
    if (value.kind === 'reference') yield { field, references: [value.reference] }
  }
}

/** What `with:` gives is no input of the run. */
function inProgram({ segments }: ScriptTemplate, given: ReadonlyMap<string, WithValue>): FieldReferences {
  const references = segments.filter((segment) => typeof segment !== 'string')
  return {
    field: 'script',
    references: references.filter(
      ({ reference }) => reference.kind !== 'input' || !given.has(reference.name),
    ),
  }
}

function inTemplate(field: string, template: Template): FieldReferences {
  return { field, references: templateReferences(template) }
}

function inScript(field: string, script: BashTemplate): FieldReferences {
  return { field, references: script.bindings.map(({ reference }) => reference) }
}
