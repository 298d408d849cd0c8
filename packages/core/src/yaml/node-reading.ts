import type { NodeBase, NodeDefinition } from '../definition.ts'
import type { JsonObject } from '../json.ts'
import type { Defaults } from './read-defaults.ts'
import type { FieldContext } from './read-fields.ts'
import type { SourceEntry, SourceMap } from './source-tree.ts'
import type { TextReader } from './text-reader.ts'

/** What reading a node needs to know of its workflow. */
export interface NodeReading extends FieldContext {
  texts: TextReader
  defaults: Defaults
  /** Keys of the workflow for its agents. */
  agent: JsonObject
}

/** A node of a known type, about to be read. */
export interface TypedNode extends NodeReading {
  map: SourceMap
  /** What stands under the key that makes the node its type. */
  body: SourceEntry
  base: NodeBase
}

/** Reads what is particular to a type of node; `null` when something is missing, which has been reported. */
export type NodeTypeReader = (node: TypedNode) => NodeDefinition | null
