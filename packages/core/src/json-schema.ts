import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import type { JsonObject, JsonValue } from './json.ts'

/** What a value breaks of a schema, and where. */
export interface SchemaMiss {
  /** The keys and indexes that lead to the place; empty for the whole. */
  path: string[]
  /** Such as `must be number`. */
  message: string
}

/** A JSON Schema, ready to be used. */
export interface CompiledSchema {
  /** What the value breaks of the schema; nothing when it fits. Never throws. */
  misses(value: JsonValue): SchemaMiss[]
}

/** Why something is no JSON Schema. */
export interface SchemaFault extends SchemaMiss {
  /** The value that is wrong, where it is known to be one. */
  path: string[]
}

/** Compiling takes some 10 ms, and the nodes of a workflow, and their answers, often have the same schema. */
const lately = new Map<string, CompiledSchema>()
const mostKept = 100

const older = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/

/**
 * Compiles a JSON Schema: draft 2020-12, or draft 7 (and 6) where `$schema` says so. Keywords that it doesn't know are
 * ignored, `format` is a remark, and nothing is ever loaded from elsewhere.
 *
 * @returns the schema, or what is wrong with it.
 * @example
 * const compiled = compileJsonSchema({ type: 'number' })
 * if ('misses' in compiled) compiled.misses('seven') // [{ path: [], message: 'must be number' }]
 */
export function compileJsonSchema(schema: JsonObject): CompiledSchema | SchemaFault[] {
  try {
    const text = JSON.stringify(schema)
    const known = lately.get(text)
    if (known !== undefined) return known
    const validator = createValidator(schema)
    if (!validator.validateSchema(schema)) return distinct(validator.errors ?? []).map(missOf)
    const validate = validator.compile(schema)
    const compiled: CompiledSchema = { misses: (value) => missesOf(validate, value) }
    if (lately.size >= mostKept) lately.clear()
    lately.set(text, compiled)
    return compiled
  } catch (error) {
    return [{ path: [], message: error instanceof Error ? error.message : String(error) }]
  }
}

/** The validator takes a while to load, and few workflows need it. */
function createValidator({ $schema }: JsonObject): Ajv {
  const require = createRequire(import.meta.url)
  const options = { strict: false, allErrors: true, validateFormats: false, logger: false } as const
  if (typeof $schema === 'string' && older.test($schema)) {
    const { Ajv }: typeof import('ajv') = require('ajv')
    const validator = new Ajv(options)
    validator.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'))
    return validator
  }
  const { Ajv2020 }: typeof import('ajv/dist/2020.js') = require('ajv/dist/2020.js')
  return new Ajv2020(options)
}

function missesOf(validate: ValidateFunction, value: JsonValue): SchemaMiss[] {
  try {
    return validate(value) ? [] : distinct(validate.errors ?? []).map(missOf)
  } catch (error) {
    // A value may be nested deeper than a schema that refers to itself can follow.
    return [{ path: [], message: error instanceof Error ? error.message : String(error) }]
  }
}

/** Without what only says that a part of a choice has failed, where the parts themselves are named. */
function distinct(errors: ErrorObject[]): ErrorObject[] {
  const inner = errors.filter(({ keyword }) => keyword !== 'if')
  const seen = new Set<string>()
  return (inner.length > 0 ? inner : errors).filter(({ instancePath, message }) => {
    const key = `${instancePath} ${message}`
    return !seen.has(key) && seen.add(key)
  })
}

function missOf({ instancePath, message = 'does not fit', keyword, params }: ErrorObject): SchemaMiss {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return { path, message: `${message}${allowed(keyword, params)}` }
}

/** What the library leaves out of its messages: which values or names would do. */
function allowed(keyword: string, params: ErrorObject['params']): string {
  if (keyword === 'enum' && Array.isArray(params.allowedValues)) {
    return `: ${params.allowedValues.map((value) => JSON.stringify(value)).join(', ')}`
  }
  if (keyword === 'const') return `: ${JSON.stringify(params.allowedValue)}`
  if (keyword === 'additionalProperties') return `: ${JSON.stringify(params.additionalProperty)}`
  return ''
}
