import type { Diagnostic } from '@ion/core'
import { parseSop } from './parse-sop.ts'
import { renderPrompt } from './render-prompt.test-support.ts'
import { type TranspileOptions, transpileSop } from './transpile-sop.ts'

/** The workflow of a SOP, its prompts without the values of inputs, and what is told about it. */
export function derived(text: string, options: TranspileOptions = {}) {
  const notes: Diagnostic[] = []
  const { sop } = parseSop(text, { path: 'sops/try.sop.md' })
  const workflow = transpileSop(sop, { ...options, onDiagnostic: (note) => notes.push(note) })
  const values = new Map([...workflow.inputs.keys()].map((name) => [name, `{${name}}`]))
  const prompts = workflow.nodes.map((node) => (node.type === 'prompt' ? renderPrompt(node, values) : ''))
  return { workflow, nodes: workflow.nodes, prompts, notes }
}
