import { existsSync } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PromptHandler } from './agent/prompt-handler.ts'
import { NodeLog } from './node-log.ts'
import { runProcess } from './process/run-process.ts'
import { type Bench, openBench, scratchFolder } from './run-fixture.test-support.ts'

const mebibyte = 1024 * 1024

let bench: Bench

beforeEach(async () => {
  bench = await openBench()
})

const logOf = (runId: string, path: string) =>
  join(bench.cwd, '.ion/runs', runId, 'logs', path, 'attempt-1.log')

describe('a node that prints more than is kept', () => {
  it('fails, names its log, and the log has all of it', async () => {
    const { runId, nodes, outputs } = await bench.run(
      `
- id: much
  bash: |
    for n in $(seq 4); do head -c ${4 * mebibyte} /dev/zero | tr '\\0' "$n"; done; echo end`,
      { maxOutputBytes: mebibyte },
    )
    const log = logOf(runId, 'much')
    const bytes = 16 * mebibyte + 'end\n'.length
    expect(nodes.get('much')).toMatchObject({
      status: 'failed',
      payload: {
        error: {
          code: 'output_too_large',
          message: `the output has ${bytes} bytes, the limit is ${mebibyte}; all of it is in ${log}`,
          bytes,
          maxOutputBytes: mebibyte,
          log,
        },
      },
    })
    expect(outputs.has('much')).toBe(false)
    const written = await readFile(log, 'latin1')
    const expected = ['1', '2', '3', '4'].map((digit) => digit.repeat(4 * mebibyte)).join('')
    expect(written === `${expected}end\n`).toBe(true)
  })

  it('completes when it is exactly as long as is kept', async () => {
    const { outputs } = await bench.run(`- {id: exact, bash: "head -c 70000 /dev/zero | tr '\\\\0' x"}`, {
      maxOutputBytes: 70_000,
    })
    expect(outputs.get('exact')).toBe('x'.repeat(70_000))
  })

  it('may print what it likes on stderr, of which the end is kept for messages', async () => {
    const { runId, nodes } = await bench.run(`- {id: loud, bash: "seq 200000 >&2; exit 1"}`, {
      maxOutputBytes: 1_000,
    })
    const loud = nodes.get('loud')
    const stderr = loud?.status === 'failed' ? String(loud.payload.error.stderr) : ''
    expect(stderr).toMatch(/^\d{6}\n(\d{6}\n)*200000$/)
    expect(stderr.length).toBeLessThanOrEqual(4_096)
    expect((await readFile(logOf(runId, 'loud'), 'utf8')).trimEnd().split('\n')).toHaveLength(200_000)
  })
})

describe('an agent that streams much', () => {
  it('is waited for, and its log has all of it', async () => {
    const prompt: PromptHandler = async (_, { write }) => {
      for (let piece = 0; piece < 64; piece++) await write(Buffer.alloc(mebibyte, piece))
      return 'done'
    }
    const { runId, outputs } = await bench.run('- {id: ask, prompt: hello}', { prompt })
    expect(outputs.get('ask')).toBe('done')
    expect((await stat(logOf(runId, 'ask'))).size).toBe(64 * mebibyte)
  })

  it('fails when it never waits, before it fills the memory', async () => {
    let written = 0
    const prompt: PromptHandler = (_, { write }) => {
      for (; written < 64; written++) void write(Buffer.alloc(mebibyte))
      return 'done'
    }
    const node = '- {id: ask, prompt: hello, retry: {max_attempts: 0}}'
    const { nodes } = await bench.run(node, { prompt })
    expect(nodes.get('ask')).toMatchObject({ payload: { error: { code: 'log_overrun' } } })
    expect(written).toBeLessThan(20)
  })
})

describe('a log that is slower than its process', () => {
  it('holds the process up', async () => {
    const folder = await scratchFolder()
    const log = new NodeLog(join(folder, 'slow.log'))
    let letGo = () => {}
    const slow = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const ended = runProcess({
      command: 'bash',
      args: ['-c', `head -c ${8 * mebibyte} /dev/zero; touch printed`],
      cwd: folder,
      env: { PATH: process.env.PATH ?? '' },
      signal: new AbortController().signal,
      killAfterMs: 100,
      async onOutput(_, bytes) {
        await slow
        await log.write(bytes)
      },
    })
    await sleep(300)
    expect(existsSync(join(folder, 'printed'))).toBe(false)
    letGo()
    expect(await ended).toEqual({ exitCode: 0, signal: null })
    await log.close()
    expect((await stat(log.path)).size).toBe(8 * mebibyte)
  })
})

describe('what is no text', () => {
  it('is U+FFFD in the output, and as it was printed in the log', async () => {
    const { runId, outputs } = await bench.run(
      `- {id: odd, bash: 'printf "\\\\xef\\\\xbb\\\\xbfa\\\\xffb\\\\0c\\\\xe2\\\\x82"'}`,
    )
    expect(outputs.get('odd')).toBe('\ufeffa\ufffdb\0c\ufffd')
    const log = await readFile(logOf(runId, 'odd'))
    expect([...log]).toEqual([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x62, 0x00, 0x63, 0xe2, 0x82])
  })

  it('keeps its byte order mark also when it lies beside its event', async () => {
    const file = await open(join(bench.cwd, 'marked.txt'), 'w')
    await file.write(`\ufeff${'é'.repeat(50_000)}`)
    await file.close()
    const { outputs } = await bench.run('- {id: long, bash: cat marked.txt}')
    expect(outputs.get('long')).toBe(`\ufeff${'é'.repeat(50_000)}`)
  })
})
