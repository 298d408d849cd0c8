import { basename } from 'node:path'
import { checkCycles } from '../checks/cycles.ts'
import { checkDependencies } from '../checks/dependencies.ts'
import { checkIds } from '../checks/ids.ts'
import { checkKeys } from '../checks/keys.ts'
import { checkReferences } from '../checks/references.ts'
import { checkResumedNodes } from '../checks/resumed-nodes.ts'
import type { NodeDefinition, WorkflowDefinition } from '../definition.ts'
import { workflowAgentKeys } from '../schema/agent-keys.ts'
import { ionWord } from '../schema/foreign-words.ts'
import { workflowSchema } from '../schema/workflow.ts'
import { readOutlines } from './node-outline.ts'
import type { NodeReading } from './node-reading.ts'
import { readAgentKeys } from './read-agent-keys.ts'
import { readDefaults } from './read-defaults.ts'
import { type FieldContext, readFields } from './read-fields.ts'
import { readInputs } from './read-inputs.ts'
import { readNode } from './read-node.ts'
import { readSecrets } from './read-secrets.ts'
import { entryOf, type SourceMap } from './source-tree.ts'
import { TextReader } from './text-reader.ts'
import { inputNamesIn, undeclaredInputs } from './undeclared-inputs.ts'

/** A workflow without what it was parsed from. */
export type WorkflowContent = Omit<WorkflowDefinition, 'source'>

/**
 * Reads and checks a workflow. Everything wrong is reported; what is returned is a workflow only if nothing was.
 *
 * @param path - The file, whose name the workflow has if it gives itself none.
 */
export function readWorkflow(
  document: SourceMap,
  path: string | null,
  context: FieldContext,
): WorkflowContent {
  const { report, source } = context
  const root = checkKeys(document, 'workflow', report)
  const fields = readFields(root, workflowSchema, context)
  const nodes = entryOf(root, 'nodes')?.value
  const outlines = nodes?.kind === 'list' ? readOutlines(nodes, context) : []
  checkPresence(root, document, context)
  checkIds(outlines, context)
  const graph = checkDependencies(outlines, report)
  checkCycles(outlines, graph, context)

  const declared = entryOf(root, 'inputs') && readInputs(root, context)
  const texts = new TextReader(
    {
      nodeIds: new Set(graph.indexes.keys()),
      inputs: new Set(declared?.keys() ?? inputNamesIn(source.text)),
    },
    report,
  )
  const agent = readAgentKeys(root, workflowAgentKeys)
  const reading: NodeReading = {
    ...context,
    texts,
    agent,
    defaults: readDefaults(root, { ...context, texts }),
  }
  const definitions = outlines.map((outline) => readNode(outline, reading))
  checkReferences(texts.sites, graph, report)
  checkResumedNodes({ ...context, outlines, nodes: definitions, graph })
  const inputs = declared ?? undeclaredInputs(texts.sites, report)
  return {
    name: readName(fields.name, { root, path, context }),
    description: fields.description ?? null,
    inputs,
    secrets: readSecrets(root, { ...context, inputs }),
    maxParallel: fields.max_parallel ?? null,
    nodes: definitions.filter((node): node is NodeDefinition => node !== null),
    agent,
  }
}

/** The name a workflow has by its file: that of the file, without folder and ending. */
export function nameOfFile(path: string): string {
  return basename(path).replace(/\.ya?ml$/i, '')
}

function readName(
  name: string | undefined,
  { root, path, context }: { root: SourceMap; path: string | null; context: FieldContext },
): string {
  if (name !== undefined) return name.trim()
  if (path !== null) return nameOfFile(path)
  if (!entryOf(root, 'name')) {
    const span = { start: root.start, end: root.start + 1 }
    context.report.error({ code: 'ION1110', span, message: 'The workflow has no `name`.' })
  }
  return ''
}

function checkPresence(root: SourceMap, document: SourceMap, { report }: FieldContext): void {
  const isForeign = document.entries.some(({ key }) => ionWord('workflow', key) === 'nodes')
  if (entryOf(root, 'nodes') || isForeign) return
  const span = { start: root.start, end: root.start + 1 }
  const hint = 'Give it a list of nodes, each with an `id` and something to do.'
  report.error({ code: 'ION1110', span, message: 'The workflow has no `nodes`.', hint })
}
