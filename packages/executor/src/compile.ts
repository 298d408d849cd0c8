import {
  buildGraph,
  type Diagnostic,
  type Graph,
  parseCommandFile,
  parseWorkflow,
  type Template,
  type WorkflowDefinition,
} from '@ion/core'
import type { StoredDefinition } from '@ion/store'
import { ExecutorError, InvalidWorkflowError } from './errors.ts'
import { commandOf } from './node-texts.ts'

/** A workflow with everything that is derived from it once. */
export interface CompiledWorkflow {
  workflow: WorkflowDefinition
  graph: Graph
  /** Texts of command files by name, parsed. */
  commands: Map<string, Template>
  /** The command and script files, as they are kept with the run. */
  files: { readonly [name: string]: string }
}

/** The name under which a command file is kept with its run. */
export function commandFile(name: string): string {
  return `commands/${name}.md`
}

/** The names of the command files that a workflow uses. */
export function commandNames(workflow: WorkflowDefinition): Set<string> {
  return new Set(workflow.nodes.flatMap((node) => commandOf(node) ?? []))
}

/**
 * Parses a workflow's text.
 *
 * @throws {InvalidWorkflowError} with every fault.
 */
export function parseOrThrow(text: string, path: string | null): WorkflowDefinition {
  const parsed = parseWorkflow(text, { path })
  if (!parsed.ok) throw new InvalidWorkflowError(parsed.diagnostics)
  return parsed.workflow
}

/**
 * Puts a workflow together with the texts of its command files.
 *
 * @param files - The texts by the names that `commandFile` gives.
 * @throws {InvalidWorkflowError} when a command file refers to what is not there.
 */
export function compileWorkflow(
  workflow: WorkflowDefinition,
  files: { readonly [name: string]: string },
): CompiledWorkflow {
  const commands = new Map<string, Template>()
  const faults: Diagnostic[] = []
  for (const name of commandNames(workflow)) {
    const file = commandFile(name)
    const text = Object.hasOwn(files, file) ? files[file] : undefined
    if (text === undefined) {
      throw new ExecutorError('missing_command', `the text of the command ${name} is missing`, {
        command: name,
      })
    }
    const { template, diagnostics } = parseCommandFile(text, { name, workflow, path: file })
    commands.set(name, template)
    faults.push(...diagnostics.filter(({ severity }) => severity === 'error'))
  }
  if (faults.length > 0) throw new InvalidWorkflowError(faults)
  return { workflow, graph: buildGraph(workflow.nodes), commands, files }
}

/** The workflow of a run as it was started. */
export function compileStored(definition: StoredDefinition): CompiledWorkflow {
  if (definition.format !== 'yaml') {
    throw new ExecutorError(
      'invalid_workflow',
      `the run's definition is ${definition.format}, which can't be read here`,
    )
  }
  return compileWorkflow(parseOrThrow(definition.source, definition.path), definition.files)
}
