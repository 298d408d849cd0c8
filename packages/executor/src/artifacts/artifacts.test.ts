import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Artifact, listArtifacts } from '@ion/store'
import { beforeEach, describe, expect, it } from 'vitest'
import { resumeWorkflow } from '../resume.ts'
import { type Bench, leaveBehind, openBench } from '../run-fixture.test-support.ts'
import { openArtifact } from './open-artifact.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')
const folderOf = (runId: string) => join(bench.cwd, '.ion/runs', runId, 'artifacts')
const inShort = (artifacts: Artifact[]) => artifacts.map(({ key, nodeId }) => `${key} by ${nodeId}`)
const listed = async (runId: string) => inShort(await listArtifacts(bench.store, runId))

describe('the files that a node leaves in its artifacts folder', () => {
  it('are recorded when it ends: key, node, media type, size and digest', async () => {
    const { runId } = await bench.run(`
- id: report
  bash: |
    mkdir -p "$ARTIFACTS_DIR/site/ü b"
    printf '<p>hi' > "$ARTIFACTS_DIR/site/ü b/index.html"
    printf x > "$ARTIFACTS_DIR/odd"`)
    const ended = (await bench.events(runId)).find(({ type }) => type === 'node_completed')
    const place = { nodeId: 'report', attempt: 1, sequence: ended?.sequence, recordedAt: ended?.timestamp }
    const modifiedAt = expect.stringMatching(/^\d{4}-.*Z$/)
    expect(await listArtifacts(bench.store, runId)).toEqual([
      {
        ...place,
        key: 'odd',
        mediaType: 'application/octet-stream',
        size: 1,
        sha256: sha256('x'),
        modifiedAt,
      },
      {
        ...place,
        key: 'site/ü b/index.html',
        mediaType: 'text/html',
        size: 5,
        sha256: sha256('<p>hi'),
        modifiedAt,
      },
    ])
  })

  it('are recorded when it fails, too', async () => {
    const { runId, status } = await bench.run('- { id: a, bash: "echo x > $ARTIFACTS_DIR/x; exit 1" }')
    expect([status, await listed(runId)]).toEqual(['failed', ['x by a']])
  })

  it('are those of the last node that changed them', async () => {
    const { runId } = await bench.run(`
- { id: first, bash: 'echo 1 > $ARTIFACTS_DIR/a; echo 1 > $ARTIFACTS_DIR/b' }
- { id: second, depends_on: [first], bash: 'echo 2 > $ARTIFACTS_DIR/b; echo 2 > $ARTIFACTS_DIR/c' }
- { id: third, depends_on: [second], bash: 'cat $ARTIFACTS_DIR/*' }`)
    expect(await listed(runId)).toEqual(['a by first', 'b by second', 'c by second'])
    const events = await bench.events(runId)
    expect(JSON.stringify(events.filter(({ nodeId }) => nodeId === 'third'))).not.toContain('artifacts')
  })

  it('of many nodes at once are each recorded once', async () => {
    const nodes = Array.from(
      { length: 6 },
      (_, n) => `- { id: n${n}, bash: 'echo ${n} > $ARTIFACTS_DIR/f${n}' }`,
    )
    const { runId } = await bench.run(nodes.join('\n'))
    const recorded = (await bench.events(runId)).flatMap(({ payload }) =>
      'artifacts' in payload && Array.isArray(payload.artifacts)
        ? payload.artifacts.map(({ key }) => key)
        : [],
    )
    expect(recorded.sort()).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5'])
  })

  it('are listed in a blob when they are too many for an event', async () => {
    const { runId } = await bench.run('- { id: many, bash: "cd $ARTIFACTS_DIR; seq 1000 | xargs touch" }')
    const ended = (await bench.events(runId)).find(({ type }) => type === 'node_completed')
    expect(ended?.payload).toMatchObject({ artifacts: { ref: expect.stringMatching(/^artifacts\//) } })
    expect(await listArtifacts(bench.store, runId)).toHaveLength(1000)
  })

  it('are told as a problem where they are links', async () => {
    const { runId } = await bench.run('- { id: a, bash: "ln -s /etc/passwd $ARTIFACTS_DIR/link" }')
    expect(await listArtifacts(bench.store, runId)).toMatchObject([
      { key: 'link', problem: 'it is a link, which is not followed' },
    ])
    await expect(openArtifact({ ...bench, runId, key: 'link' })).rejects.toMatchObject({
      code: 'changed_artifact',
      message: 'link could not be recorded: it is a link, which is not followed',
    })
  })

  it('are told as a problem where their names are no text', async () => {
    const { runId } = await bench.run(
      String.raw`- { id: a, bash: 'touch "$ARTIFACTS_DIR/$(printf "a\377")"' }`,
    )
    expect(await listArtifacts(bench.store, runId)).toMatchObject([
      { key: 'a\ufffd', problem: 'its name is no valid UTF-8' },
    ])
  })

  it('keep their digests beside a secret, and are told as a problem where their names have one', async () => {
    const bash = 'echo x > $ARTIFACTS_DIR/by-4711; echo x > $ARTIFACTS_DIR/fine'
    const workflow = `name: test\nsecrets: [PIN, DIGITS]\nnodes:\n  - { id: a, bash: "${bash}" }\n`
    const env = { ...process.env, PIN: '4711', DIGITS: sha256('x\n').slice(0, 6) }
    const { runId } = await bench.run('', { workflow, env })
    expect(await listArtifacts(bench.store, runId)).toMatchObject([
      { key: 'by-***', problem: 'its name has a secret in it' },
      { key: 'fine', sha256: sha256('x\n') },
    ])
  })
})

describe('a run that goes on', () => {
  it('records what an interrupted node had left with the next node that ends, and nothing twice', async () => {
    const nodes = `
- { id: first, bash: 'exit 9' }
- { id: second, depends_on: [first], bash: 'true' }`
    const kept = { key: 'kept', mediaType: 'text/plain', size: 4, sha256: sha256('kept') }
    const folder = folderOf('lost')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'kept'), 'kept')
    const { mtime } = statSync(join(folder, 'kept'), { bigint: true })
    const payload = { artifacts: [{ ...kept, modifiedAt: mtime.toISOString() }] }
    await leaveBehind(bench, nodes, [
      { type: 'node_started', nodeId: 'first', payload: {} },
      { type: 'node_completed', nodeId: 'first', payload },
      { type: 'node_started', nodeId: 'second', payload: {} },
    ])
    await writeFile(join(folder, 'left'), 'left')
    await resumeWorkflow({ store: bench.store, runId: 'lost' })
    expect(await listed('lost')).toEqual(['kept by first', 'left by second'])
  })

  it('records nothing that was there before it began', async () => {
    await mkdir(folderOf('r'), { recursive: true })
    await writeFile(join(folderOf('r'), 'given'), 'x')
    await bench.run('- { id: a, bash: "echo x > $ARTIFACTS_DIR/made" }', { runId: 'r' })
    expect(await listed('r')).toEqual(['made by a'])
  })
})

describe('opening an artifact', () => {
  const made = async () => (await bench.run('- { id: a, bash: "printf hello > $ARTIFACTS_DIR/x.txt" }')).runId
  const opened = (runId: string, key = 'x.txt') => openArtifact({ store: bench.store, runId, key })

  it('gives its bytes', async () => {
    const { artifact, stream } = await opened(await made())
    expect([artifact.mediaType, await text(stream)]).toEqual(['text/plain', 'hello'])
  })

  it('is refused for what the log does not have, also where there is such a file', async () => {
    const runId = await made()
    await writeFile(join(folderOf(runId), 'other'), 'x')
    for (const key of ['other', '../../../x', '']) {
      await expect(opened(runId, key)).rejects.toMatchObject({ code: 'missing_artifact' })
    }
  })

  it('says that the file is gone', async () => {
    const runId = await made()
    await rm(join(folderOf(runId), 'x.txt'))
    await expect(opened(runId)).rejects.toMatchObject({
      code: 'missing_artifact',
      message: expect.stringMatching(/x\.txt can't be opened \(ENOENT.*the machine that executed the run/),
    })
  })

  it('says that the file was changed: at once by its size, at the end by its digest', async () => {
    const runId = await made()
    await writeFile(join(folderOf(runId), 'x.txt'), 'hello!')
    await expect(opened(runId)).rejects.toThrow(/x\.txt has 6 bytes, and had 5 when a ended/)
    await writeFile(join(folderOf(runId), 'x.txt'), 'hullo')
    const { stream } = await opened(runId)
    await expect(text(stream)).rejects.toMatchObject({ code: 'changed_artifact' })
  })

  it('does not follow a link that is in its place', async () => {
    const runId = await made()
    await rm(join(folderOf(runId), 'x.txt'))
    await writeFile(join(bench.cwd, 'secret'), 'hello')
    await symlink(join(bench.cwd, 'secret'), join(folderOf(runId), 'x.txt'))
    await expect(opened(runId)).rejects.toMatchObject({ code: 'missing_artifact' })
  })
})
