import type { Condition } from './condition/condition.ts'
import type { Position } from './diagnostic.ts'
import type { JsonObject, JsonValue } from './json.ts'
import type { BashTemplate } from './template/bash-template.ts'
import type { PlacedReference } from './template/reference.ts'
import type { ScriptTemplate } from './template/script/script-template.ts'
import type { Template } from './template/template.ts'

/** A workflow as parsed and checked: what an executor runs. */
export interface WorkflowDefinition {
  name: string
  description: string | null
  /** Declared inputs by name, in order of declaration. */
  inputs: Map<string, InputDefinition>
  /** What is masked wherever it would be shown or kept, in order of declaration. */
  secrets: SecretName[]
  /** How many nodes may run at once; `null` for no limit. */
  maxParallel: number | null
  /** In order of declaration; the graph has been checked: ids are unique, dependencies exist, no cycles. */
  nodes: NodeDefinition[]
  /** Workflow-wide keys for the agent (`provider`, `model`, …), untouched. */
  agent: JsonObject
  source: DefinitionSource
}

/** What a definition was parsed from. */
export interface DefinitionSource {
  /** `yaml`, or the name another parser gives its language. */
  format: string
  text: string
  /** Where it was read from; `null` when it came from no file. */
  path: string | null
}

/** A declared input. */
export interface InputDefinition {
  /** Default `string`. */
  type: 'string' | 'number' | 'boolean' | 'json'
  description: string | null
  required: boolean
  /** Absent when there is none. */
  default?: JsonValue
  /** The only values allowed; absent when any is. */
  enum?: JsonValue[]
}

/** Something whose value is secret: a variable of the host's environment, or an input. */
export interface SecretName {
  kind: 'environment' | 'input'
  name: string
  /** Where it is named. */
  position: Position
}

/** When a node runs, in terms of what its direct dependencies came to. */
export const triggerRules = ['all_success', 'one_success', 'none_failed_min_one_success', 'all_done'] as const

/** When a node runs, in terms of what its direct dependencies came to. */
export type TriggerRule = (typeof triggerRules)[number]

/** How often and how soon a failed node runs again. */
export interface RetryPolicy {
  /** How many tries may follow the first one. 0 means the first is the only one. */
  maxAttempts: number
  /** Before the first retry, in milliseconds; doubled for each later one. Default 3,000. */
  delayMs: number
  /** Which failures are retried: those that may pass by themselves, or all. Default `transient`. */
  onError: 'transient' | 'all'
}

/** What all nodes have. Defaults of the workflow and of the node's type are already filled in. */
export interface NodeBase {
  id: string
  description: string | null
  dependsOn: string[]
  triggerRule: TriggerRule
  when: Condition | null
  retry: RetryPolicy
  /** The whole body's limit, in milliseconds; `null` for none. Default 120,000 for bash, none elsewhere. */
  timeoutMs: number | null
  /** The longest silence of the process or the stream, in milliseconds; `null` for none. Default 30 min for prompts. */
  idleTimeoutMs: number | null
  /** Added to the environment of the node's processes. */
  env: Map<string, Template>
  /** Where the node's processes run, relative to the run's directory; `null` for the run's directory itself. */
  cwd: Template | null
  /** A failure of this node fails neither the run nor those that depend on it. */
  allowFailure: boolean
  /** After the loss of the executor: run again, or count as failed. */
  onInterrupt: 'rerun' | 'fail'
  /** Where the node is defined. */
  position: Position
}

/**
 * The conversation that a node begins with: a new one; that of the nearest node upstream that has one; or that of a node
 * upstream that is named.
 */
export type ConversationContext = 'fresh' | 'shared' | { resume: string }

/** What the nodes have that ask an agent. */
export interface AgentNodeBase extends NodeBase {
  /** Keys for the agent (`model`, `allowed_tools`, …), untouched; workflow-wide ones are merged in. */
  agent: JsonObject
  /** The JSON Schema that the answer must fit, known to be one; `null` when any text will do. */
  outputFormat: JsonObject | null
  /** Default `fresh`. */
  context: ConversationContext
}

/** Runs a bash script; its output is stdout. */
export interface BashNode extends NodeBase {
  type: 'bash'
  script: BashTemplate
}

/** Sends a text to the agent; its output is the answer. */
export interface PromptNode extends AgentNodeBase {
  type: 'prompt'
  prompt: Template
}

/** Sends the text of a command file to the agent. */
export interface CommandNode extends AgentNodeBase {
  type: 'command'
  /** The file's name without folder and `.md`. */
  command: string
  /** What `$INPUTS.name` in the command's text is, over the run's inputs. */
  with: Map<string, WithValue>
  agent: JsonObject
}

/** What runs scripts. */
export const scriptRuntimes = ['bun', 'node', 'uv', 'python'] as const

/** What runs a script. */
export type ScriptRuntime = (typeof scriptRuntimes)[number]

/** Runs a program, written in the workflow or in a file of its own; its output is stdout. */
export interface ScriptNode extends NodeBase {
  type: 'script'
  /** As the author wrote it: a program, or the name of a file (`scriptNameCandidate`). */
  source: string
  /** `null` where the ending of the file's name has to say it. */
  runtime: ScriptRuntime | null
  /** Packages that the script needs, in the words of the runtime's installer. */
  deps: string[]
  /** What `INPUTS_NAME` is in the script's environment, and `$INPUTS.name` in its text, over the run's inputs. */
  with: Map<string, WithValue>
  /** The text as a program in the language of `runtime`; `null` where that isn't known. */
  template: ScriptTemplate | null
}

/** A value that a node is given under `with:`. */
export type WithValue =
  | { kind: 'template'; template: Template }
  /** The value itself, not its text. */
  | {
      kind: 'reference'
      reference: PlacedReference
      /** The value if the node referred to was skipped; absent when there is none. */
      ifSkipped?: JsonValue
    }
  | { kind: 'literal'; value: JsonValue }

/** Repeats a prompt until it is done. */
export interface LoopNode extends AgentNodeBase {
  type: 'loop'
  /** The body: a text, or the name of a command file. */
  body: { kind: 'prompt'; prompt: Template } | { kind: 'command'; command: string }
  /** Done when this property of the structured answer is `true`; looked at first. `null` when others decide. */
  untilField: string | null
  /** The word that says done, on a line of its own or in a tag; `null` when others decide. */
  until: string | null
  /** Done when this script exits with 0; looked at last. `null` when others decide. */
  untilBash: BashTemplate | null
  maxIterations: number
  /** Asks a person after each iteration; `null` for a loop that goes by itself. */
  gate: LoopGate | null
  /** Each iteration is a new conversation. Default `false`. */
  freshContext: boolean
  agent: JsonObject
}

/** The gate of a loop between its iterations. */
export interface LoopGate {
  message: Template
  /** An iteration that says done ends the loop without a person's approval. Default `false`. */
  signalCompletes: boolean
}

/** What a gate has done with a rejection, before it asks again. */
export interface OnReject {
  prompt: Template
  /** How many reworks there may be; the rejection after the last one is final. Default 3. */
  maxAttempts: number
}

/** Waits for a person. */
export interface ApprovalNode extends NodeBase {
  type: 'approval'
  message: Template
  /** The node's output is what the approver wrote. Default `false`: the output is empty. */
  captureResponse: boolean
  /** `null` when the first rejection is final. */
  onReject: OnReject | null
  /** Keys for the agent that reworks. */
  agent: JsonObject
  /** The conversation that the first rework begins with; the later ones go on with it. */
  context: ConversationContext
}

/** Ends the run as cancelled. */
export interface CancelNode extends NodeBase {
  type: 'cancel'
  reason: Template
}

/** A node of a workflow. */
export type NodeDefinition =
  | BashNode
  | ScriptNode
  | PromptNode
  | CommandNode
  | LoopNode
  | ApprovalNode
  | CancelNode

/** The type of a node. */
export type NodeType = NodeDefinition['type']
