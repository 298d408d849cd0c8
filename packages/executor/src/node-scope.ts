import type { JsonValue, NodeView, Scope, VariableName } from '@ion/core'
import type { NodeState } from '@ion/store'
import type { RunSetting } from './run-setting.ts'

/**
 * Where a node's references get their values.
 *
 * @param texts - Outputs of the nodes that are referred to, by id.
 * @param state - How a node stands.
 */
export function createScope(options: {
  setting: RunSetting
  /** The node whose references these are. */
  reader: string
  state: (id: string) => NodeState | undefined
  texts: ReadonlyMap<string, string>
  /** Values of the variables that are a part's own, such as `LOOP_PREV_OUTPUT`. */
  variables: { readonly [Name in VariableName]?: string }
}): Scope {
  const { setting, reader, state, texts, variables } = options
  return {
    reader,
    variable(name) {
      return variables[name] ?? setting.variables[name]
    },
    input(name) {
      // Inputs were validated against the declaration when the run was created.
      return Object.hasOwn(setting.run.inputs, name) ? (setting.run.inputs[name] as JsonValue) : undefined
    },
    node(id) {
      const current = state(id)
      return current && viewOf(current, texts.get(id) ?? '')
    },
  }
}

function viewOf(state: NodeState, output: string): NodeView | undefined {
  switch (state.status) {
    case 'completed':
      return { status: 'completed', output, error: '', exitCode: state.payload.exitCode ?? null }
    case 'failed':
      return {
        status: 'failed',
        output,
        error: state.payload.error.message,
        exitCode: state.payload.exitCode ?? null,
      }
    case 'skipped':
      return { status: 'skipped', output: '', error: '', exitCode: null }
    default:
      return undefined
  }
}
