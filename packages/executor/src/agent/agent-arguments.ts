import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '@ion/core'

/** Arguments that are added to an agent's command when there is something to say, with `{…}` for what. */
export interface AgentArguments {
  /** When the node names a model: `{model}`. */
  model?: string[] | undefined
  /** When the answer must fit a JSON Schema: `{schema}` is its text, `{schema_file}` a file that holds it. */
  schema?: string[] | undefined
  /** When a conversation is gone on with: `{session}`. They come last. */
  resume?: string[] | undefined
}

/** What there is to say in one call. */
export interface ArgumentValues {
  model: string | null
  schema: JsonObject | null
  session: string | null
}

/**
 * The arguments for one call, for as long as `use` takes: a schema's file is gone afterwards.
 *
 * @example
 * await withArguments({ model: ['-m', '{model}'] }, { model: 'small', schema: null, session: null }, run) // ['-m', 'small']
 */
export async function withArguments<Result>(
  templates: AgentArguments,
  { model, schema, session }: ArgumentValues,
  use: (args: string[]) => Promise<Result>,
): Promise<Result> {
  const needsFile = schema !== null && templates.schema?.some((arg) => arg.includes('{schema_file}'))
  const folder = needsFile ? await mkdtemp(join(tmpdir(), 'ion-schema-')) : null
  try {
    const file = folder === null ? '' : join(folder, 'schema.json')
    const text = JSON.stringify(schema)
    if (file !== '') await writeFile(file, text)
    return await use([
      ...(model === null ? [] : filled(templates.model, { model })),
      ...(schema === null ? [] : filled(templates.schema, { schema: text, schema_file: file })),
      ...(session === null ? [] : filled(templates.resume, { session })),
    ])
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true })
  }
}

/** Fills placeholders in; those of other arguments stay as they are. What is filled in is not read again. */
function filled(templates: readonly string[] = [], values: { readonly [name: string]: string }): string[] {
  return templates.map((template) =>
    template.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
    ),
  )
}
