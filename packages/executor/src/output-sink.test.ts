import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NodeLog } from './node-log.ts'
import type { LogEntry, OutputChunk } from './options.ts'
import { OutputSink } from './output-sink.ts'
import { scratchFolder } from './run-fixture.test-support.ts'
import { Masker } from './secrets/masker.ts'

async function openOutput(secrets: string[] = []) {
  const log = new NodeLog(join(await scratchFolder(), 'node.log'))
  const chunks: OutputChunk[] = []
  const notes: LogEntry[] = []
  const output = new OutputSink({
    source: { runId: 'r', nodeId: 'n', attempt: 1 },
    log,
    watchers: { onOutput: (chunk) => chunks.push(chunk) },
    noted: (entry) => notes.push(entry),
    masker: secrets.length > 0 ? new Masker(secrets) : null,
  })
  const streamed = (stream: OutputChunk['stream']) =>
    chunks.flatMap((chunk) => (chunk.stream === stream ? [Buffer.from(chunk.bytes).toString()] : [])).join('')
  const logged = async () => {
    await output.close()
    return await readFile(log.path, 'utf8')
  }
  return { output, notes, streamed, logged }
}

describe('the output of a node', () => {
  it('is masked a stream at a time, whatever comes between on the other', async () => {
    const { output, streamed, logged } = await openOutput(['abcdef'])
    for (const piece of ['abc', 'def']) {
      output.write('stdout', Buffer.from(piece))
      output.write('stderr', Buffer.from('-'))
    }
    expect(await logged()).toBe('--***')
    expect([streamed('stdout'), streamed('stderr')]).toEqual(['***', '--'])
  })

  it('holds no secret in its log that two streams have put together', async () => {
    const { output, logged } = await openOutput(['abcdef', 'defxyz'])
    output.write('stdout', Buffer.from('abc'))
    output.write('stderr', Buffer.from('def'))
    expect(await logged()).toBe('***')
  })

  it('shows at the end what was held back and is no secret', async () => {
    const { output, streamed, logged } = await openOutput(['abcdef'])
    output.write('stdout', Buffer.from('it is abcde'))
    expect(await logged()).toBe('it is abcde')
    expect(streamed('stdout')).toBe('it is abcde')
  })

  it('has notes on lines of their own, masked too', async () => {
    const { output, notes, logged } = await openOutput(['abcdef'])
    output.write('agent', Buffer.from('half a line'))
    output.note('warn', 'took abcdef', { abcdef: ['abcdef'] })
    expect(await logged()).toBe('half a line\n[warn] took *** {"***":["***"]}\n')
    expect(notes).toEqual([
      { runId: 'r', nodeId: 'n', attempt: 1, level: 'warn', message: 'took ***', data: { '***': ['***'] } },
    ])
  })

  it('is given to watchers as copies, which they may keep', async () => {
    const { output, streamed } = await openOutput()
    const bytes = Buffer.from('kept')
    output.write('stdout', bytes)
    bytes.fill(0)
    expect(streamed('stdout')).toBe('kept')
    await output.close()
  })
})
