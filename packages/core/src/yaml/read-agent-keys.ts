import type { JsonObject } from '../json.ts'
import { type SourceMap, setOwn, toJson } from './source-tree.ts'

/** The keys of a mapping that are for an agent, untouched, over those of its workflow. */
export function readAgentKeys(map: SourceMap, keys: readonly string[], under: JsonObject = {}): JsonObject {
  const agent: JsonObject = { ...under }
  for (const { key, value } of map.entries) if (keys.includes(key)) setOwn(agent, key, toJson(value))
  return agent
}
