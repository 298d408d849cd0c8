import { scriptKeysSchema } from '../../schema/node.ts'
import { languageOfRuntime } from '../../template/script/script-language.ts'
import { scriptNameCandidate } from '../../template/script/script-name.ts'
import type { NodeTypeReader } from '../node-reading.ts'
import { readFields } from '../read-fields.ts'
import { readWith } from '../read-with.ts'
import { entryOf } from '../source-tree.ts'
import { textUnder } from '../text-reader.ts'

/** `script: <program or name of a file>` with `runtime`, `deps` and `with` */
export const readScriptNode: NodeTypeReader = (node) => {
  const { map, body, base, texts, report, source } = node
  const fields = readFields(map, scriptKeysSchema.pick({ runtime: true, deps: true }), { report, source })
  const values = readWith(node)
  const scalar = textUnder(map, 'script')
  if (scalar === undefined) return null
  const text = String(scalar.value)
  if (!entryOf(map, 'runtime') && scriptNameCandidate(text) === null) {
    const message = 'A script that is written in the workflow needs a `runtime`.'
    const hint = 'It is `bun` or `node` for TypeScript and JavaScript, `uv` or `python` for Python.'
    report.error({ code: 'ION1110', span: body.keySpan, message, hint })
  }
  const runtime = fields.runtime ?? null
  const place = { scalar, nodeId: base.id, field: 'script' }
  const given = new Set(values.keys())
  return {
    ...base,
    type: 'script',
    source: text,
    runtime,
    deps: fields.deps ?? [],
    with: values,
    template: runtime && texts.script(place, { language: languageOfRuntime(runtime), given }),
  }
}
